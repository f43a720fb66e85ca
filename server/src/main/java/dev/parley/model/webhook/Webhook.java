package dev.parley.model.webhook;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A webhook: events of an owner's sessions are sent to a URL.
 *
 * @param webhookId the id
 * @param owner the owner of the sessions
 * @param profile what is sent where
 * @param secrets the secrets that sign the requests
 * @param disabled why nothing is sent; null if events are sent
 * @param createTime when the webhook was created, in microseconds
 * @param progress how far the deliveries are
 */
public record Webhook(
    UUID webhookId,
    String owner,
    Profile profile,
    WebhookSecrets secrets,
    @Nullable Disabled disabled,
    Instant createTime,
    WebhookProgress progress) {

  /**
   * What callers can change.
   *
   * @param url the URL of the receiver, at most 2,048 characters
   * @param agentId the only agent whose events are sent; null for all agents of the owner
   * @param events the types of events, at least one
   * @param description a text for people, at most 1,024 characters; null for none
   */
  public record Profile(
      String url,
      @Nullable UUID agentId,
      Set<WebhookEventType> events,
      @Nullable String description) {

    public Profile {
      events = Set.copyOf(events);
    }
  }

  /** Why a webhook sends nothing. */
  public enum Disabled {
    /** A caller turned it off. */
    BY_CALLER,
    /** The receiver answered with the status 410. */
    GONE,
    /** The receiver accepted nothing for three days. */
    FAILING,
    /** The list of failed deliveries is full. */
    TOO_MANY_FAILURES,
    /** The only agent was deleted. */
    AGENT_DELETED
  }

  /** The webhook with another profile. */
  public Webhook withProfile(Profile changed) {
    return new Webhook(webhookId, owner, changed, secrets, disabled, createTime, progress);
  }

  /** The webhook with other secrets. */
  public Webhook withSecrets(WebhookSecrets changed) {
    return new Webhook(webhookId, owner, profile, changed, disabled, createTime, progress);
  }

  /** The webhook, turned off or on. */
  public Webhook withDisabled(@Nullable Disabled why) {
    return new Webhook(webhookId, owner, profile, secrets, why, createTime, progress);
  }

  /** The webhook with another progress. */
  public Webhook withProgress(WebhookProgress changed) {
    return new Webhook(webhookId, owner, profile, secrets, disabled, createTime, changed);
  }
}
