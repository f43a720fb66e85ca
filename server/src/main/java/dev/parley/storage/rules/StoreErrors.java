package dev.parley.storage.rules;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.Map;
import java.util.UUID;

/** What the contract lets a write be refused for, in the words of every store. */
public final class StoreErrors {
  private StoreErrors() {}

  /** The agent id is taken. */
  public static SessionException agentExists() {
    return new SessionException(ErrorReason.AGENT_EXISTS, "The agent id is taken.");
  }

  /** There is no such agent. */
  public static SessionException agentNotFound() {
    return new SessionException(ErrorReason.AGENT_NOT_FOUND, "Agent not found");
  }

  /** There is no such key. */
  public static SessionException apiKeyNotFound() {
    return new SessionException(ErrorReason.API_KEY_NOT_FOUND, "API key not found");
  }

  /** There is no such session. */
  public static SessionException sessionNotFound() {
    return new SessionException(ErrorReason.SESSION_NOT_FOUND, "Session not found");
  }

  /** The session is read-only. */
  public static SessionException sessionArchived() {
    return new SessionException(
        ErrorReason.SESSION_ARCHIVED, "The session is archived, and so read-only.");
  }

  /** Another active session, {@code holder}, has the key. */
  public static SessionException keyInUse(String key, UUID holder) {
    return new SessionException(
        ErrorReason.KEY_IN_USE,
        "An active session holds the key.",
        Map.of("key", key, "session_id", holder.toString()));
  }

  /** The session has no such run. */
  public static SessionException runNotFound() {
    return new SessionException(ErrorReason.RUN_NOT_FOUND, "Run not found");
  }

  /** The session has such a run. */
  public static SessionException runExists() {
    return new SessionException(
        ErrorReason.RUN_EXISTS, "The session has a run with this id already.");
  }

  /** The session has another message with this id. */
  public static SessionException messageIdReused(String messageId) {
    return new SessionException(
        ErrorReason.MESSAGE_ID_REUSED,
        "The message id was used before with other content.",
        Map.of("message_id", messageId));
  }

  /** The head of the session is not the expected one. */
  public static SessionException staleSequence(long headSequence) {
    return new SessionException(
        ErrorReason.STALE_SEQUENCE,
        "The session has moved on.",
        Map.of("head_sequence", Long.toString(headSequence)));
  }
}
