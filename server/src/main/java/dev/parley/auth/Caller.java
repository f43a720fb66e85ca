package dev.parley.auth;

import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditActor;
import dev.parley.storage.Cancellation;
import java.util.UUID;

/**
 * The caller of an RPC.
 *
 * @param principal the authenticated identity and its permissions
 * @param actor the caller as recorded in the audit log
 * @param cancellation cancelled when the caller no longer waits for the result
 */
public record Caller(Principal principal, AuditActor actor, Cancellation cancellation) {

  /** Creates a caller that never cancels. */
  public Caller(Principal principal, AuditActor actor) {
    this(principal, actor, Cancellation.NONE);
  }

  /** References a session by its id, limited to the sessions that this caller may see. */
  public SessionRef.ById byId(UUID agentId, UUID sessionId) {
    return principal.byId(agentId, sessionId);
  }

  /** References a session by its key, limited to the sessions that this caller may see. */
  public SessionRef.ByKey byKey(UUID agentId, String key) {
    return principal.byKey(agentId, key);
  }
}
