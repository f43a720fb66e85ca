package dev.parley.model.webhook;

/** The types of events that webhooks report. */
public enum WebhookEventType {
  MESSAGE_CREATED("message.created"),
  SESSION_CHANGED("session.changed"),
  RUN_CHANGED("run.changed"),
  SESSION_DELETED("session.deleted");

  private final String text;

  WebhookEventType(String text) {
    this.text = text;
  }

  /** The type in the payload, such as {@code message.created}. */
  public String text() {
    return text;
  }
}
