package dev.parley.api.foundry;

import dev.parley.api.Face;
import dev.parley.core.Sessions;
import dev.parley.core.Transcripts;

/** Makes the face of the Foundry API v2 for AIP Agents. */
public final class FoundryFace {
  private FoundryFace() {}

  public static Face of(Sessions sessions, Transcripts transcripts) {
    return Face.builder("foundry", "/api/v2/aipAgents", new FoundryErrorBody())
        .services(new FoundryRpcs(sessions, transcripts))
        .build();
  }
}
