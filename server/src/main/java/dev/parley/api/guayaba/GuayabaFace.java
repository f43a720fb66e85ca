package dev.parley.api.guayaba;

import dev.parley.api.Face;
import dev.parley.core.Archives;
import dev.parley.core.Messages;
import dev.parley.core.Sessions;

/** Makes the face of the Guayaba Public API v1. */
public final class GuayabaFace {
  private GuayabaFace() {}

  public static Face of(Sessions sessions, Archives archives, Messages messages) {
    return Face.builder("guayaba", "/api/v1", new GuayabaErrorBody())
        .services(new GuayabaRpcs(sessions, archives, messages))
        .build();
  }
}
