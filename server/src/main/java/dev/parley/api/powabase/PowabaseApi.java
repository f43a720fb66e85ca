package dev.parley.api.powabase;

import dev.parley.api.call.ApiDefinition;
import dev.parley.core.Runs;
import dev.parley.core.Sessions;
import dev.parley.core.Transcripts;

/** Defines the Powabase sessions API. */
public final class PowabaseApi {
  private PowabaseApi() {}

  /** The definition of the API. */
  public static ApiDefinition of(Sessions sessions, Runs runs, Transcripts transcripts) {
    return ApiDefinition.builder("powabase", "/api/sessions", new PowabaseErrorFormat())
        .services(new PowabaseSessionService(sessions, runs, transcripts).handlers())
        .credentials(new PowabaseCredentials())
        .build();
  }
}
