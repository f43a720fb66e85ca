package dev.parley.model.audit;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Session;
import java.time.Instant;
import java.util.UUID;

/**
 * What somebody is about to do. A write that takes one leaves an entry of it in the audit log if it
 * changes something.
 *
 * @param entryId the id of the entry
 * @param time when, in microseconds
 * @param action what
 * @param actor who
 */
public record AuditContext(UUID entryId, Instant time, AuditAction action, AuditActor actor) {

  /** Its entry, done to an agent. */
  public AuditEntry entryFor(Agent agent) {
    return entry(new AuditEntry.Target(agent.owner(), agent.agentId(), null, null, null));
  }

  /** Its entry, done to a key. */
  public AuditEntry entryFor(ApiKey key) {
    return entry(new AuditEntry.Target(key.owner(), key.agentId(), null, key.keyId(), null));
  }

  /** Its entry, done to a key whose place {@code successor} takes. */
  public AuditEntry entryFor(ApiKey key, ApiKey successor) {
    return entry(
        new AuditEntry.Target(key.owner(), key.agentId(), null, key.keyId(), successor.keyId()));
  }

  /**
   * Its entry, done to a session.
   *
   * @param owner the owner of the session's agent
   */
  public AuditEntry entryFor(String owner, Session session) {
    return entry(new AuditEntry.Target(owner, session.agentId(), session.sessionId(), null, null));
  }

  /** Its entry, done to the store as a whole. */
  public AuditEntry entryForStore() {
    return entry(new AuditEntry.Target(null, null, null, null, null));
  }

  private AuditEntry entry(AuditEntry.Target target) {
    return new AuditEntry(entryId, time, action.text(), actor, target);
  }
}
