package dev.parley.storage.rocksdb.write;

import dev.parley.model.audit.AuditContext;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.Webhook;
import dev.parley.storage.rocksdb.codec.WebhookKeys;
import dev.parley.storage.rocksdb.codec.WebhookRecords;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.read.WebhookReads;
import dev.parley.storage.rules.StoreErrors;
import dev.parley.storage.rules.UpdateRules;
import dev.parley.storage.rules.WebhookRules;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes webhooks and failed deliveries. */
public final class WebhookWrites {
  private final Database database;

  public WebhookWrites(Database database) {
    this.database = database;
  }

  /** Reads committed data without the batch, so it must be the first write of its batch. */
  public Webhook create(Batch batch, Webhook webhook, AuditContext audit) {
    WebhookRules.requireRoom(committed(), webhook);
    AuditWrites.put(batch, audit.entryFor(webhook));
    return put(batch, webhook);
  }

  public Webhook update(
      Batch batch, UUID webhookId, UnaryOperator<Webhook> change, @Nullable AuditContext audit) {
    Webhook before = WebhookReads.find(batch, webhookId);
    if (before == null) {
      throw StoreErrors.webhookNotFound();
    }
    Webhook after = UpdateRules.apply(before, change);
    if (after.equals(before)) {
      return before;
    }
    if (audit != null) {
      AuditWrites.put(batch, audit.entryFor(after));
    }
    return put(batch, after);
  }

  /** Reads committed data without the batch, so it must be the first write of its batch. */
  public int renew(Batch batch, UUID holder) {
    List<Webhook> held =
        committed().stream().filter(webhook -> holder.equals(webhook.progress().holder())).toList();
    held.forEach(each -> put(batch, each.withProgress(each.progress().heldBy(holder))));
    return held.size();
  }

  public boolean delete(Batch batch, UUID webhookId, AuditContext audit) {
    Webhook webhook = WebhookReads.find(batch, webhookId);
    if (webhook == null) {
      return false;
    }
    batch.delete(ColumnFamily.WEBHOOKS, WebhookKeys.webhook(webhookId));
    batch.deletePrefix(ColumnFamily.WEBHOOKS, WebhookKeys.deliveries(webhookId));
    AuditWrites.put(batch, audit.entryFor(webhook));
    return true;
  }

  public boolean putDelivery(Batch batch, FailedDelivery delivery) {
    if (WebhookReads.find(batch, delivery.webhookId()) == null) {
      return false;
    }
    batch.put(
        ColumnFamily.WEBHOOKS,
        WebhookKeys.delivery(delivery.webhookId(), delivery.position()),
        WebhookRecords.of(delivery));
    return true;
  }

  public boolean deleteDelivery(Batch batch, UUID webhookId, DeliveryPosition position) {
    if (WebhookReads.findDelivery(batch, webhookId, position) == null) {
      return false;
    }
    batch.delete(ColumnFamily.WEBHOOKS, WebhookKeys.delivery(webhookId, position));
    return true;
  }

  private List<Webhook> committed() {
    try (DatabaseSnapshot snapshot = database.snapshot()) {
      return WebhookReads.listAll(snapshot);
    }
  }

  private static Webhook put(Batch batch, Webhook webhook) {
    byte[] value = WebhookRecords.of(webhook);
    batch.put(ColumnFamily.WEBHOOKS, WebhookKeys.webhook(webhook.webhookId()), value);
    return WebhookRecords.toWebhook(webhook.webhookId(), value);
  }
}
