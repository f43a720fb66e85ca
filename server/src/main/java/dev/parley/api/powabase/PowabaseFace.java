package dev.parley.api.powabase;

import dev.parley.api.Face;
import dev.parley.core.Runs;
import dev.parley.core.Sessions;
import dev.parley.core.Transcripts;

/** Makes the face of the Powabase sessions API. */
public final class PowabaseFace {
  private PowabaseFace() {}

  public static Face of(Sessions sessions, Runs runs, Transcripts transcripts) {
    return Face.builder("powabase", "/api/sessions", new PowabaseErrorBody())
        .services(new PowabaseRpcs(sessions, runs, transcripts))
        .credentials(new PowabaseCredentials())
        .build();
  }
}
