package dev.parley.model;

import java.util.UUID;

/** Names one session of an agent. */
public sealed interface SessionRef {
  /** The agent of the session. */
  UUID agentId();

  /** The session with this id, active or archived. */
  record ById(UUID agentId, UUID sessionId) implements SessionRef {}

  /** The active session that holds this key. */
  record ByKey(UUID agentId, String key) implements SessionRef {}
}
