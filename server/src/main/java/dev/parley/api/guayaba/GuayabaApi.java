package dev.parley.api.guayaba;

import dev.parley.api.call.ApiDefinition;
import dev.parley.core.Archives;
import dev.parley.core.Messages;
import dev.parley.core.Sessions;

/** Defines the Guayaba Public API v1. */
public final class GuayabaApi {
  private GuayabaApi() {}

  /** The definition of the API. */
  public static ApiDefinition of(Sessions sessions, Archives archives, Messages messages) {
    return ApiDefinition.builder("guayaba", "/api/v1", new GuayabaErrorFormat())
        .services(new GuayabaSessionService(sessions, archives, messages).handlers())
        .build();
  }
}
