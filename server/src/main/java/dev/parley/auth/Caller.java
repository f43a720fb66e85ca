package dev.parley.auth;

import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditActor;
import dev.parley.storage.Cancellation;
import java.util.UUID;

/**
 * Who makes a call, and whether they still want its result.
 *
 * @param principal what the caller may do
 * @param actor who acts, for the audit log
 * @param cancellation fires when the caller no longer wants the result
 */
public record Caller(Principal principal, AuditActor actor, Cancellation cancellation) {

  /** A caller who does not cancel. */
  public Caller(Principal principal, AuditActor actor) {
    this(principal, actor, Cancellation.NONE);
  }

  /** Names a session by its id, as far as this caller may see it. */
  public SessionRef.ById byId(UUID agentId, UUID sessionId) {
    return principal.byId(agentId, sessionId);
  }

  /** Names a session by its key, as far as this caller may see it. */
  public SessionRef.ByKey byKey(UUID agentId, String key) {
    return principal.byKey(agentId, key);
  }
}
