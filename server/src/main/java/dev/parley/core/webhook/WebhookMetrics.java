package dev.parley.core.webhook;

/** Counts requests to receivers of webhooks. */
public interface WebhookMetrics {
  /** How a request ended. */
  enum Outcome {
    /** The receiver accepted the event. */
    DELIVERED,
    /** The event will be sent again. */
    RETRIED,
    /** The event was added to the failed deliveries. */
    FAILED
  }

  /** A request has ended. */
  void count(Outcome outcome);
}
