package dev.parley.model.audit;

/** What is audited. */
public enum AuditAction {
  AGENT_CREATE("agent.create"),
  AGENT_DELETE("agent.delete"),
  AGENT_UPDATE("agent.update"),
  BACKUP_CREATE("backup.create"),
  KEY_CREATE("key.create"),
  KEY_REVOKE("key.revoke"),
  KEY_ROTATE("key.rotate"),
  SESSION_ARCHIVE("session.archive"),
  SESSION_DELETE("session.delete"),
  /** By the sweep, as it was due. */
  SESSION_EXPIRE("session.expire"),
  SESSION_RESTORE("session.restore");

  private final String text;

  AuditAction(String text) {
    this.text = text;
  }

  /** Its name in the log: what is acted on, a dot, and what is done to it. */
  public String text() {
    return text;
  }
}
