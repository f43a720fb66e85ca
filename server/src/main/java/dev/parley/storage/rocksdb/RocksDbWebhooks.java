package dev.parley.storage.rocksdb;

import dev.parley.model.audit.AuditContext;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.Webhook;
import dev.parley.storage.Cancellation;
import dev.parley.storage.rocksdb.commit.Writers;
import dev.parley.storage.rocksdb.engine.ReadExecutor;
import dev.parley.storage.rocksdb.read.WebhookReads;
import dev.parley.storage.rocksdb.write.WebhookWrites;
import dev.parley.storage.webhook.DeliveryQuery;
import dev.parley.storage.webhook.WebhookStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The webhooks of an embedded store. */
final class RocksDbWebhooks implements WebhookStore {
  private final ReadExecutor readExecutor;
  private final Writers writers;
  private final WebhookWrites writes;

  RocksDbWebhooks(ReadExecutor readExecutor, Writers writers, WebhookWrites writes) {
    this.readExecutor = readExecutor;
    this.writers = writers;
    this.writes = writes;
  }

  @Override
  public CompletableFuture<Webhook> createWebhook(Webhook webhook, AuditContext audit) {
    return writers.writeCommitted(
        webhook.webhookId(), batch -> writes.create(batch, webhook, audit));
  }

  @Override
  public CompletableFuture<Optional<Webhook>> findWebhook(UUID webhookId) {
    return readExecutor.find(
        Cancellation.NONE, reader -> Optional.ofNullable(WebhookReads.find(reader, webhookId)));
  }

  @Override
  public CompletableFuture<List<Webhook>> listWebhooks(@Nullable String owner) {
    return readExecutor.read(Cancellation.NONE, snapshot -> WebhookReads.list(snapshot, owner));
  }

  @Override
  public CompletableFuture<Webhook> updateWebhook(
      UUID webhookId, UnaryOperator<Webhook> change, @Nullable AuditContext audit) {
    return writers.write(webhookId, 0, batch -> writes.update(batch, webhookId, change, audit));
  }

  @Override
  public CompletableFuture<Integer> renewWebhooks(UUID holder) {
    return writers.writeCommitted(holder, batch -> writes.renew(batch, holder));
  }

  @Override
  public CompletableFuture<Boolean> deleteWebhook(UUID webhookId, AuditContext audit) {
    return writers.write(webhookId, 0, batch -> writes.delete(batch, webhookId, audit));
  }

  @Override
  public CompletableFuture<Boolean> putDelivery(FailedDelivery delivery) {
    return writers.write(delivery.webhookId(), 0, batch -> writes.putDelivery(batch, delivery));
  }

  @Override
  public CompletableFuture<Optional<FailedDelivery>> findDelivery(
      UUID webhookId, DeliveryPosition position) {
    return readExecutor.find(
        Cancellation.NONE,
        reader -> Optional.ofNullable(WebhookReads.findDelivery(reader, webhookId, position)));
  }

  @Override
  public CompletableFuture<List<FailedDelivery>> listDeliveries(DeliveryQuery query) {
    return readExecutor.read(Cancellation.NONE, snapshot -> WebhookReads.list(snapshot, query));
  }

  @Override
  public CompletableFuture<Boolean> deleteDelivery(UUID webhookId, DeliveryPosition position) {
    return writers.write(webhookId, 0, batch -> writes.deleteDelivery(batch, webhookId, position));
  }
}
