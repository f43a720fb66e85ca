package dev.parley.model.audit;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.webhook.Webhook;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * The action that a write performs. A write that takes a context adds an audit entry if it changes
 * something.
 *
 * @param entryId the id of the audit entry
 * @param time when the action happens, in microseconds
 * @param action the action
 * @param actor who performs the action
 */
public record AuditContext(UUID entryId, Instant time, AuditAction action, AuditActor actor) {

  /** Creates the entry for an action on an agent. */
  public AuditEntry entryFor(Agent agent) {
    return entry(new AuditEntry.Target(agent.owner(), agent.agentId(), null, null, null, null));
  }

  /** Creates the entry for an action on a key. */
  public AuditEntry entryFor(ApiKey key) {
    return entry(new AuditEntry.Target(key.owner(), key.agentId(), null, key.keyId(), null, null));
  }

  /**
   * Creates the entry for a key that is revoked because of this action on another key. The entry
   * has an id of its own, and the action {@code key.revoke}.
   */
  public AuditEntry revocationOf(ApiKey key) {
    byte[] name = (entryId + "/" + key.keyId()).getBytes(StandardCharsets.UTF_8);
    return new AuditContext(UUID.nameUUIDFromBytes(name), time, AuditAction.KEY_REVOKE, actor)
        .entryFor(key);
  }

  /** Creates the entry for the replacement of a key by {@code successor}. */
  public AuditEntry entryFor(ApiKey key, ApiKey successor) {
    return entry(
        new AuditEntry.Target(
            key.owner(), key.agentId(), null, key.keyId(), successor.keyId(), null));
  }

  /** Creates the entry for an action on a webhook. */
  public AuditEntry entryFor(Webhook webhook) {
    UUID agentId = webhook.profile().agentId();
    return entry(
        new AuditEntry.Target(
            webhook.owner(), agentId, null, null, null, null, webhook.webhookId()));
  }

  /**
   * Creates the entry for an action on a session.
   *
   * @param owner the owner of the session's agent
   */
  public AuditEntry entryFor(String owner, Session session) {
    return entry(
        new AuditEntry.Target(owner, session.agentId(), session.sessionId(), null, null, null));
  }

  /**
   * Creates the entry for an action on a message.
   *
   * @param owner the owner of the session's agent
   */
  public AuditEntry entryFor(String owner, Session session, Message message) {
    return entry(
        new AuditEntry.Target(
            owner, session.agentId(), session.sessionId(), null, null, message.sequence()));
  }

  /** Creates the entry for an action on the whole store. */
  public AuditEntry entryForStore() {
    return entry(new AuditEntry.Target(null, null, null, null, null, null));
  }

  private AuditEntry entry(AuditEntry.Target target) {
    return new AuditEntry(entryId, time, action.text(), actor, target);
  }
}
