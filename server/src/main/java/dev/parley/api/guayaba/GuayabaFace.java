package dev.parley.api.guayaba;

import dev.parley.api.Face;
import dev.parley.core.Archives;
import dev.parley.core.Messages;
import dev.parley.core.Sessions;
import java.util.List;

/** Makes the face of the Guayaba Public API v1. */
public final class GuayabaFace {
  private GuayabaFace() {}

  public static Face of(Sessions sessions, Archives archives, Messages messages) {
    return new Face(
        "guayaba",
        "/api/v1",
        List.of(new GuayabaRpcs(sessions, archives, messages)),
        new GuayabaErrorBody(),
        false);
  }
}
