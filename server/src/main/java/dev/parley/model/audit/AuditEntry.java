package dev.parley.model.audit;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A line of the audit log: somebody did something, and it was done. It names things by their ids,
 * and holds no secret, no session key and nothing that was said.
 *
 * @param entryId names the entry
 * @param time when, in microseconds, by the server's clock
 * @param action what was done, such as {@code session.delete}; see {@link AuditAction}
 * @param actor who did it
 * @param target what it was done to
 */
public record AuditEntry(
    UUID entryId, Instant time, String action, AuditActor actor, Target target) {

  /**
   * What was acted on. What does not apply is null.
   *
   * @param owner the owner of all that follows
   * @param agentId the agent: itself, or that of the session or key
   * @param sessionId the session
   * @param keyId the key
   * @param successorKeyId the key that takes its place from now on
   */
  public record Target(
      @Nullable String owner,
      @Nullable UUID agentId,
      @Nullable UUID sessionId,
      @Nullable UUID keyId,
      @Nullable UUID successorKeyId) {}
}
