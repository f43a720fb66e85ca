package dev.parley.api.parley.mapper;

import dev.parley.api.call.Call;
import dev.parley.model.FieldViolation;
import dev.parley.model.FieldViolation.Rule;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;

/** Converts the reference to a session in a request, which is an id or a key. */
public final class SessionRefs {
  private SessionRefs() {}

  /**
   * Converts a reference.
   *
   * @param sessionId empty if the request names a key
   * @param key empty if the request names an id
   */
  public static SessionRef of(Call call, String agentId, String sessionId, String key) {
    if (sessionId.isEmpty() && key.isEmpty()) {
      throw SessionException.invalid(
          new FieldViolation("key", Rule.REQUIRED, 0, "or session_id must be set"));
    }
    return sessionId.isEmpty() ? call.byKey(agentId, key) : call.byId(agentId, sessionId);
  }
}
