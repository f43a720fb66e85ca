package dev.parley.testing.memory;

import dev.parley.model.audit.AuditContext;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.Webhook;
import dev.parley.storage.Cancellation;
import dev.parley.storage.rules.StoreErrors;
import dev.parley.storage.rules.UpdateRules;
import dev.parley.storage.rules.WebhookRules;
import dev.parley.storage.webhook.DeliveryQuery;
import dev.parley.storage.webhook.WebhookStore;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Webhooks in memory. */
record InMemoryWebhooks(InMemoryData data, OperationQueue operations, InMemoryWrites writes)
    implements WebhookStore {

  @Override
  public CompletableFuture<Webhook> createWebhook(Webhook webhook, AuditContext audit) {
    return operations.write(
        () -> {
          WebhookRules.requireRoom(List.copyOf(data.webhooks.values()), webhook);
          data.webhooks.put(webhook.webhookId(), webhook);
          writes.addAuditEntry(audit.entryFor(webhook));
          return webhook;
        });
  }

  @Override
  public CompletableFuture<Optional<Webhook>> findWebhook(UUID webhookId) {
    return operations.read(
        Cancellation.NONE, () -> Optional.ofNullable(data.webhooks.get(webhookId)));
  }

  @Override
  public CompletableFuture<List<Webhook>> listWebhooks(@Nullable String owner) {
    return operations.read(
        Cancellation.NONE,
        () ->
            data.webhooks.values().stream()
                .filter(each -> owner == null || owner.equals(each.owner()))
                .toList());
  }

  @Override
  public CompletableFuture<Webhook> updateWebhook(
      UUID webhookId, UnaryOperator<Webhook> change, @Nullable AuditContext audit) {
    return operations.write(
        () -> {
          Webhook before = data.webhooks.get(webhookId);
          if (before == null) {
            throw StoreErrors.webhookNotFound();
          }
          Webhook after = UpdateRules.apply(before, change);
          if (!after.equals(before)) {
            data.webhooks.put(webhookId, after);
            if (audit != null) {
              writes.addAuditEntry(audit.entryFor(after));
            }
          }
          return after;
        });
  }

  @Override
  public CompletableFuture<Integer> renewWebhooks(UUID holder) {
    return operations.write(
        () -> {
          List<Webhook> held =
              data.webhooks.values().stream()
                  .filter(each -> holder.equals(each.progress().holder()))
                  .toList();
          held.forEach(
              each ->
                  data.webhooks.put(
                      each.webhookId(), each.withProgress(each.progress().heldBy(holder))));
          return held.size();
        });
  }

  @Override
  public CompletableFuture<Boolean> deleteWebhook(UUID webhookId, AuditContext audit) {
    return operations.write(
        () -> {
          Webhook webhook = data.webhooks.remove(webhookId);
          if (webhook == null) {
            return false;
          }
          data.deliveries.remove(webhookId);
          writes.addAuditEntry(audit.entryFor(webhook));
          return true;
        });
  }

  @Override
  public CompletableFuture<Boolean> putDelivery(FailedDelivery delivery) {
    return operations.write(
        () -> {
          boolean exists = data.webhooks.containsKey(delivery.webhookId());
          if (exists) {
            data.deliveries
                .computeIfAbsent(delivery.webhookId(), id -> new TreeMap<>())
                .put(delivery.position(), delivery);
          }
          return exists;
        });
  }

  @Override
  public CompletableFuture<Optional<FailedDelivery>> findDelivery(
      UUID webhookId, DeliveryPosition position) {
    return operations.read(
        Cancellation.NONE, () -> Optional.ofNullable(of(webhookId).get(position)));
  }

  @Override
  public CompletableFuture<List<FailedDelivery>> listDeliveries(DeliveryQuery query) {
    return operations.read(
        Cancellation.NONE,
        () -> {
          NavigableMap<DeliveryPosition, FailedDelivery> all = of(query.webhookId());
          Collection<FailedDelivery> asked =
              query.before() == null
                  ? all.descendingMap().values()
                  : all.headMap(query.before(), false).descendingMap().values();
          return asked.stream().limit(query.limit()).toList();
        });
  }

  @Override
  public CompletableFuture<Boolean> deleteDelivery(UUID webhookId, DeliveryPosition position) {
    return operations.write(
        () -> {
          NavigableMap<DeliveryPosition, FailedDelivery> all = data.deliveries.get(webhookId);
          return all != null && all.remove(position) != null;
        });
  }

  private NavigableMap<DeliveryPosition, FailedDelivery> of(UUID webhookId) {
    return data.deliveries.getOrDefault(webhookId, Collections.emptyNavigableMap());
  }
}
