package dev.parley.model.audit;

/** The audited actions. */
public enum AuditAction {
  AGENT_CREATE("agent.create"),
  AGENT_DELETE("agent.delete"),
  AGENT_UPDATE("agent.update"),
  BACKUP_CREATE("backup.create"),
  KEY_CREATE("key.create"),
  KEY_REVOKE("key.revoke"),
  KEY_ROTATE("key.rotate"),
  MESSAGE_DELETE("message.delete"),
  SESSION_ARCHIVE("session.archive"),
  SESSION_CLEAR("session.clear"),
  SESSION_DELETE("session.delete"),
  /** Deleted by the sweep because the session expired. */
  SESSION_EXPIRE("session.expire"),
  SESSION_RESTORE("session.restore"),
  WEBHOOK_CREATE("webhook.create"),
  WEBHOOK_DELETE("webhook.delete"),
  WEBHOOK_ROTATE("webhook.rotate"),
  WEBHOOK_UPDATE("webhook.update");

  private final String text;

  AuditAction(String text) {
    this.text = text;
  }

  /** The name in the audit log: the kind of target, a dot, and the action. */
  public String text() {
    return text;
  }
}
