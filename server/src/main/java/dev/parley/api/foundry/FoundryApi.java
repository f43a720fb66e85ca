package dev.parley.api.foundry;

import dev.parley.api.call.ApiDefinition;
import dev.parley.core.Sessions;
import dev.parley.core.Transcripts;

/** Defines the Foundry API v2 for AIP Agents. */
public final class FoundryApi {
  private FoundryApi() {}

  /** The definition of the API. */
  public static ApiDefinition of(Sessions sessions, Transcripts transcripts) {
    return ApiDefinition.builder("foundry", "/api/v2/aipAgents", new FoundryErrorFormat())
        .services(new FoundrySessionService(sessions, transcripts).handlers())
        .build();
  }
}
