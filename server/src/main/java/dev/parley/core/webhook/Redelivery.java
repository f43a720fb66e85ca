package dev.parley.core.webhook;

import dev.parley.auth.Caller;
import dev.parley.core.IdGenerator;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.page.PageTokens;
import dev.parley.core.watch.WatchCursor;
import dev.parley.core.watch.WatchEvent;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.Webhook;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.MessageLookup;
import dev.parley.storage.webhook.DeliveryQuery;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Sends single requests on demand: tests, and events that could not be delivered. */
public final class Redelivery {
  /** How many requests of a webhook are sent on demand at the same time. */
  private static final int REQUESTS_MAX = 4;

  private final Store store;
  private final Webhooks webhooks;
  private final PageTokens tokens;
  private final IdGenerator ids;
  private final WebhookPayloads payloads;
  private final Delivery delivery;
  private final Clock clock;
  private final Map<UUID, Integer> inFlight = new ConcurrentHashMap<>();

  /** Creates the use case. */
  public Redelivery(
      Store store,
      Webhooks webhooks,
      PageTokens tokens,
      IdGenerator ids,
      WebhookSender sender,
      WebhookPayloads payloads,
      Clock clock) {
    this.store = store;
    this.webhooks = webhooks;
    this.tokens = tokens;
    this.ids = ids;
    this.payloads = payloads;
    this.clock = clock;
    delivery = new Delivery(sender, clock);
  }

  /** Sends a test request, also if the webhook is turned off. */
  public CompletableFuture<WebhookSender.Answer> test(Caller caller, UUID webhookId) {
    return webhooks
        .get(caller, webhookId)
        .thenCompose(
            webhook ->
                send(
                    webhook,
                    "test_" + ids.uuid(),
                    payloads.test(webhook.webhookId(), clock.instant())));
  }

  /** The id of a failed delivery, which is also that of its requests. */
  public static String id(FailedDelivery delivery) {
    return WebhookEvents.id(delivery.webhookId(), delivery.position());
  }

  /** Lists the failed deliveries of a webhook, the one of the last event first. */
  public CompletableFuture<Page<FailedDelivery>> list(
      Caller caller, UUID webhookId, PageRequest page) {
    String query = "deliveries/" + webhookId;
    UUID last = tokens.uuid(caller.principal(), query, page.token());
    DeliveryPosition before =
        last == null
            ? null
            : new DeliveryPosition(last.getMostSignificantBits(), last.getLeastSignificantBits());
    return webhooks
        .get(caller, webhookId)
        .thenCompose(
            webhook ->
                store
                    .webhooks()
                    .listDeliveries(new DeliveryQuery(webhookId, before, page.readLimit())))
        .thenApply(
            rows ->
                Page.of(
                    rows,
                    page,
                    row -> 0,
                    row ->
                        tokens.ofUuid(
                            caller.principal(),
                            query,
                            new UUID(row.position().number(), row.position().sequence()))));
  }

  /**
   * Sends the event of a failed delivery once more, in its present state. If the receiver accepts
   * it, it is no longer listed. Fails with {@code DELIVERY_NOT_FOUND} if it is not listed, or if
   * what it is about was deleted; then it is removed as well.
   */
  public CompletableFuture<WebhookSender.Answer> redeliver(
      Caller caller, UUID webhookId, String deliveryId) {
    return webhooks
        .get(caller, webhookId)
        .thenCompose(webhook -> redeliver(webhook, WebhookEvents.parse(webhookId, deliveryId)));
  }

  private CompletableFuture<WebhookSender.Answer> redeliver(
      Webhook webhook, DeliveryPosition position) {
    return store
        .webhooks()
        .findDelivery(webhook.webhookId(), position)
        .thenCompose(
            found -> {
              FailedDelivery failed = found.orElseThrow(WebhookEvents::unknownDelivery);
              return event(failed)
                  .thenCompose(
                      event ->
                          event.isPresent()
                              ? send(webhook, failed, event.get())
                              : remove(failed)
                                  .thenApply(
                                      removed -> {
                                        throw gone();
                                      }));
            });
  }

  private CompletableFuture<WebhookSender.Answer> send(
      Webhook webhook, FailedDelivery failed, WatchEvent event) {
    return send(webhook, id(failed), payloads.of(webhook.webhookId(), event, clock.instant()))
        .thenCompose(
            answer ->
                answer.accepted()
                    ? remove(failed).thenApply(removed -> answer)
                    : CompletableFuture.completedFuture(answer));
  }

  /** Sends a request, unless too many requests of the webhook are on their way. */
  private CompletableFuture<WebhookSender.Answer> send(Webhook webhook, String id, byte[] body) {
    UUID webhookId = webhook.webhookId();
    if (inFlight.merge(webhookId, 1, Integer::sum) > REQUESTS_MAX) {
      ended(webhookId);
      throw new SessionException(
          ErrorReason.OVERLOADED,
          "The webhook already has " + REQUESTS_MAX + " such requests in flight.");
    }
    return delivery.send(webhook, id, body).whenComplete((answer, failure) -> ended(webhookId));
  }

  private void ended(UUID webhookId) {
    inFlight.computeIfPresent(webhookId, (id, count) -> count == 1 ? null : count - 1);
  }

  /** Removes a failed delivery from the list without sending it. */
  public CompletableFuture<Void> delete(Caller caller, UUID webhookId, String deliveryId) {
    return webhooks
        .get(caller, webhookId)
        .thenCompose(
            webhook ->
                store
                    .webhooks()
                    .deleteDelivery(webhookId, WebhookEvents.parse(webhookId, deliveryId)))
        .thenAccept(
            existed -> {
              if (!existed) {
                throw WebhookEvents.unknownDelivery();
              }
            });
  }

  private CompletableFuture<Boolean> remove(FailedDelivery failed) {
    return store.webhooks().deleteDelivery(failed.webhookId(), failed.position());
  }

  private static SessionException gone() {
    return new SessionException(
        ErrorReason.DELIVERY_NOT_FOUND,
        "The message, run or session of this delivery was deleted. The delivery was removed.");
  }

  /** Reads what a failed delivery is about. */
  private CompletableFuture<Optional<WatchEvent>> event(FailedDelivery failed) {
    SessionRef.ById session = new SessionRef.ById(failed.agentId(), failed.sessionId(), null);
    WatchCursor cursor = WebhookEvents.cursor(failed.position());
    return switch (failed.type()) {
      case MESSAGE_CREATED ->
          store
              .findMessages(
                  new MessageLookup(session, Set.of(), Set.of(failed.sequence()), Long.MAX_VALUE),
                  Cancellation.NONE)
              .thenApply(
                  found ->
                      found
                          .flatMap(page -> page.messages().stream().findFirst())
                          .filter(message -> !message.isDeleted())
                          .map(message -> new WatchEvent.Appended(session, message, cursor)));
      case SESSION_CHANGED ->
          store
              .findSession(session, Cancellation.NONE)
              .thenApply(found -> found.map(each -> new WatchEvent.SessionChanged(each, cursor)));
      case RUN_CHANGED ->
          store
              .findRuns(session, Set.of(String.valueOf(failed.runId())), Cancellation.NONE)
              .thenApply(
                  found ->
                      found
                          .flatMap(page -> page.runs().stream().findFirst())
                          .map(run -> new WatchEvent.RunChanged(run, cursor)));
      case SESSION_DELETED ->
          CompletableFuture.completedFuture(Optional.of(new WatchEvent.Deleted(session, cursor)));
    };
  }
}
