package dev.parley.model.audit;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the audit log for a completed action. It identifies its target by ids. It holds no
 * secrets, no session keys and no content.
 *
 * @param entryId the id of the entry
 * @param time when the action happened, in microseconds, by the server's clock
 * @param action the name of the action, such as {@code session.delete}; see {@link AuditAction}
 * @param actor who performed the action
 * @param target what the action changed
 */
public record AuditEntry(
    UUID entryId, Instant time, String action, AuditActor actor, Target target) {

  /**
   * The target of an action. Fields that do not apply are null.
   *
   * @param owner the owner of everything that follows
   * @param agentId the agent: the target itself, or the agent of the session or key
   * @param sessionId the session
   * @param keyId the key
   * @param successorKeyId the key that replaces {@code keyId}
   * @param messageSequence the sequence of the message in the session
   * @param webhookId the webhook
   */
  public record Target(
      @Nullable String owner,
      @Nullable UUID agentId,
      @Nullable UUID sessionId,
      @Nullable UUID keyId,
      @Nullable UUID successorKeyId,
      @Nullable Long messageSequence,
      @Nullable UUID webhookId) {

    /** A target other than a webhook. */
    public Target(
        @Nullable String owner,
        @Nullable UUID agentId,
        @Nullable UUID sessionId,
        @Nullable UUID keyId,
        @Nullable UUID successorKeyId,
        @Nullable Long messageSequence) {
      this(owner, agentId, sessionId, keyId, successorKeyId, messageSequence, null);
    }
  }
}
