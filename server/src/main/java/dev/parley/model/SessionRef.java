package dev.parley.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Names a session. Where it is not the given user's, the name is nobody's. */
public sealed interface SessionRef {
  /** The agent that it belongs to. */
  UUID agentId();

  /** The user whose session it has to be; null: whoever's. */
  @Nullable String user();

  /** By its id, active or archived. */
  record ById(UUID agentId, UUID sessionId, @Nullable String user) implements SessionRef {}

  /** By the key that it holds while it is active. */
  record ByKey(UUID agentId, String key, @Nullable String user) implements SessionRef {}

  /** Whether {@code session} is one that this may name. */
  default boolean matches(Session session) {
    return user() == null || user().equals(session.profile().user());
  }
}
