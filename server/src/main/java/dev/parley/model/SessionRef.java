package dev.parley.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Names a session. If a user is given, the reference matches only sessions of that user. */
public sealed interface SessionRef {
  /** The agent of the session. */
  UUID agentId();

  /** The required user of the session; null for any. */
  @Nullable String user();

  /** Names a session, active or archived, by its id. */
  record ById(UUID agentId, UUID sessionId, @Nullable String user) implements SessionRef {}

  /** Names an active session by its key. */
  record ByKey(UUID agentId, String key, @Nullable String user) implements SessionRef {}

  /** Whether the session satisfies the user of this reference. */
  default boolean matches(Session session) {
    return user() == null || user().equals(session.profile().user());
  }
}
