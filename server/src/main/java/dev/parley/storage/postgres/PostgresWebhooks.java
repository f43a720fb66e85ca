package dev.parley.storage.postgres;

import dev.parley.model.audit.AuditContext;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.Webhook;
import dev.parley.storage.Cancellation;
import dev.parley.storage.postgres.webhook.DeliveryTable;
import dev.parley.storage.postgres.webhook.WebhookTable;
import dev.parley.storage.webhook.DeliveryQuery;
import dev.parley.storage.webhook.WebhookStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The webhooks of a shared store. */
final class PostgresWebhooks implements WebhookStore {
  private final OperationExecutor operations;

  PostgresWebhooks(OperationExecutor operations) {
    this.operations = operations;
  }

  @Override
  public CompletableFuture<Webhook> createWebhook(Webhook webhook, AuditContext audit) {
    return operations.write(null, connection -> WebhookTable.create(connection, webhook, audit));
  }

  @Override
  public CompletableFuture<Optional<Webhook>> findWebhook(UUID webhookId) {
    return operations.read(
        null,
        Cancellation.NONE,
        reading -> Optional.ofNullable(WebhookTable.find(reading.connection(), webhookId)));
  }

  @Override
  public CompletableFuture<List<Webhook>> listWebhooks(@Nullable String owner) {
    return operations.read(
        null, Cancellation.NONE, reading -> WebhookTable.list(reading.connection(), owner));
  }

  @Override
  public CompletableFuture<Webhook> updateWebhook(
      UUID webhookId, UnaryOperator<Webhook> change, @Nullable AuditContext audit) {
    return operations.write(
        null, connection -> WebhookTable.update(connection, webhookId, change, audit));
  }

  @Override
  public CompletableFuture<Integer> renewWebhooks(UUID holder) {
    return operations.write(null, connection -> WebhookTable.renew(connection, holder));
  }

  @Override
  public CompletableFuture<Boolean> deleteWebhook(UUID webhookId, AuditContext audit) {
    return operations.write(
        null,
        connection -> {
          boolean existed = WebhookTable.delete(connection, webhookId, audit);
          DeliveryTable.deleteAll(connection, webhookId);
          return existed;
        });
  }

  @Override
  public CompletableFuture<Boolean> putDelivery(FailedDelivery delivery) {
    return operations.write(
        null,
        connection -> {
          boolean exists = WebhookTable.lock(connection, delivery.webhookId()) != null;
          if (exists) {
            DeliveryTable.put(connection, delivery);
          }
          return exists;
        });
  }

  @Override
  public CompletableFuture<Optional<FailedDelivery>> findDelivery(
      UUID webhookId, DeliveryPosition position) {
    return operations.read(
        null,
        Cancellation.NONE,
        reading ->
            Optional.ofNullable(DeliveryTable.find(reading.connection(), webhookId, position)));
  }

  @Override
  public CompletableFuture<List<FailedDelivery>> listDeliveries(DeliveryQuery query) {
    return operations.read(
        null, Cancellation.NONE, reading -> DeliveryTable.list(reading.connection(), query));
  }

  @Override
  public CompletableFuture<Boolean> deleteDelivery(UUID webhookId, DeliveryPosition position) {
    return operations.write(
        null, connection -> DeliveryTable.delete(connection, webhookId, position));
  }
}
