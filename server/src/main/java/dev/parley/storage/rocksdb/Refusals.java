package dev.parley.storage.rocksdb;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.Map;
import java.util.UUID;

/** What the contract lets a write be refused for. */
final class Refusals {
  private Refusals() {}

  static SessionException agentExists() {
    return new SessionException(ErrorReason.AGENT_EXISTS, "The agent id is taken.");
  }

  static SessionException agentNotFound() {
    return new SessionException(ErrorReason.AGENT_NOT_FOUND, "Agent not found");
  }

  static SessionException apiKeyNotFound() {
    return new SessionException(ErrorReason.API_KEY_NOT_FOUND, "API key not found");
  }

  static SessionException sessionNotFound() {
    return new SessionException(ErrorReason.SESSION_NOT_FOUND, "Session not found");
  }

  static SessionException sessionArchived() {
    return new SessionException(
        ErrorReason.SESSION_ARCHIVED, "The session is archived, and so read-only.");
  }

  static SessionException keyInUse(String key, UUID holder) {
    return new SessionException(
        ErrorReason.KEY_IN_USE,
        "An active session holds the key.",
        Map.of("key", key, "session_id", holder.toString()));
  }

  static SessionException runNotFound() {
    return new SessionException(ErrorReason.RUN_NOT_FOUND, "Run not found");
  }

  static SessionException runExists() {
    return new SessionException(
        ErrorReason.RUN_EXISTS, "The session has a run with this id already.");
  }

  static SessionException messageIdReused(String messageId) {
    return new SessionException(
        ErrorReason.MESSAGE_ID_REUSED,
        "The message id was used before with other content.",
        Map.of("message_id", messageId));
  }

  static SessionException staleSequence(long headSequence) {
    return new SessionException(
        ErrorReason.STALE_SEQUENCE,
        "The session has moved on.",
        Map.of("head_sequence", Long.toString(headSequence)));
  }
}
