package dev.parley.storage.rules;

import dev.parley.model.ApiKey;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.model.lease.Lease;
import dev.parley.model.lease.Leases;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The errors of the store contract, with the same messages in all stores. */
public final class StoreErrors {
  private StoreErrors() {}

  /** The agent id is in use. */
  public static SessionException agentExists() {
    return new SessionException(ErrorReason.AGENT_EXISTS, "The agent id is already in use.");
  }

  /** The agent does not exist. */
  public static SessionException agentNotFound() {
    return new SessionException(ErrorReason.AGENT_NOT_FOUND, "Agent not found");
  }

  /** The API key does not exist. */
  public static SessionException apiKeyNotFound() {
    return new SessionException(ErrorReason.API_KEY_NOT_FOUND, "API key not found");
  }

  /** The webhook does not exist. */
  public static SessionException webhookNotFound() {
    return new SessionException(ErrorReason.WEBHOOK_NOT_FOUND, "Webhook not found");
  }

  /** No further webhook can be created. */
  public static SessionException tooManyWebhooks(String whose, int max) {
    return new SessionException(
        ErrorReason.TOO_MANY_WEBHOOKS,
        whose + " already has the maximum number of webhooks: " + max + ".",
        Map.of("max", Integer.toString(max)));
  }

  /** The API key that calls is not valid, or no longer. */
  public static SessionException credentialInvalid() {
    return new SessionException(
        ErrorReason.CREDENTIAL_INVALID, "The API key is invalid, revoked or expired.");
  }

  /** The owner of {@code live} has live master keys. Replacing them revokes all these keys. */
  public static SessionException masterKeyExists(List<ApiKey> live) {
    List<String> masters =
        MasterKeys.newestFirst(live).stream().map(key -> key.keyId().toString()).toList();
    int agentKeys = live.size() - masters.size();
    String others =
        switch (agentKeys) {
          case 0 -> "";
          case 1 -> " and 1 live key of the owner's agents";
          default -> " and " + agentKeys + " live keys of the owner's agents";
        };
    return new SessionException(
        ErrorReason.MASTER_KEY_EXISTS,
        "The owner has a live master key. Creating a new one with \"replace\" revokes the master "
            + (masters.size() == 1 ? "key " : "keys ")
            + String.join(", ", masters)
            + others
            + ".",
        Map.of(
            "key_id", masters.get(0),
            "key_ids", String.join(",", masters),
            "agent_keys", Integer.toString(agentKeys)));
  }

  /** The session does not exist. */
  public static SessionException sessionNotFound() {
    return new SessionException(ErrorReason.SESSION_NOT_FOUND, "Session not found");
  }

  /** The session is archived. */
  public static SessionException sessionArchived() {
    return new SessionException(
        ErrorReason.SESSION_ARCHIVED, "The session is archived and read-only.");
  }

  /** The active session {@code holder} holds the key. */
  public static SessionException keyInUse(String key, UUID holder) {
    return new SessionException(
        ErrorReason.KEY_IN_USE,
        "An active session holds the key.",
        Map.of("key", key, "session_id", holder.toString()));
  }

  /** The run does not exist. */
  public static SessionException runNotFound() {
    return new SessionException(ErrorReason.RUN_NOT_FOUND, "Run not found");
  }

  /** The run id is in use. */
  public static SessionException runExists() {
    return new SessionException(
        ErrorReason.RUN_EXISTS, "The session already has a run with this id.");
  }

  /** No run of the session has a live lease with this fence. */
  public static SessionException leaseLost(long fence) {
    return new SessionException(
        ErrorReason.LEASE_LOST,
        "The lease with the fence " + fence + " has expired, has ended or never existed.",
        Map.of("lease_fence", Long.toString(fence)));
  }

  /** A run has a live lease, and prevents the start of another run. */
  public static SessionException sessionLeased(Lease lease) {
    return sessionLeased("Another run has a live lease.", lease);
  }

  /** As many runs have a live lease as a session may have. */
  public static SessionException tooManyLeases(Lease first) {
    return sessionLeased(Leases.MAX + " runs have a live lease, the maximum per session.", first);
  }

  private static SessionException sessionLeased(String message, Lease lease) {
    return new SessionException(
        ErrorReason.SESSION_LEASED,
        message,
        Map.of("run_id", lease.runId(), "expire_time", lease.expireTime().toString()));
  }

  /** The session has no message with this id. */
  public static SessionException messageNotFound(String messageId) {
    return SessionException.messageNotFound("message_id", messageId);
  }

  /** The session has or had a different message with this id. */
  public static SessionException messageIdReused(String messageId) {
    return new SessionException(
        ErrorReason.MESSAGE_ID_REUSED,
        "The message id was used before with other content.",
        Map.of("message_id", messageId));
  }

  /** The head sequence differs from the expected one. */
  public static SessionException staleSequence(long headSequence) {
    return new SessionException(
        ErrorReason.STALE_SEQUENCE,
        "The head sequence of the session has changed.",
        Map.of("head_sequence", Long.toString(headSequence)));
  }
}
