package dev.parley.storage.live;

import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import java.util.UUID;

/** Identifies a session of any agent. */
public record SessionId(UUID agentId, UUID sessionId) {
  /** The id of {@code session}. */
  public static SessionId of(Session session) {
    return new SessionId(session.agentId(), session.sessionId());
  }

  /** The id that {@code ref} names. */
  public static SessionId of(SessionRef.ById ref) {
    return new SessionId(ref.agentId(), ref.sessionId());
  }
}
