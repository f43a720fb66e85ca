package dev.parley.storage.rocksdb.read;

import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.Webhook;
import dev.parley.storage.rocksdb.codec.WebhookKeys;
import dev.parley.storage.rocksdb.codec.WebhookRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.RowReader;
import dev.parley.storage.rocksdb.engine.Scan;
import dev.parley.storage.webhook.DeliveryQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads webhooks and failed deliveries. */
public final class WebhookReads {
  private WebhookReads() {}

  public static @Nullable Webhook find(RowReader reader, UUID webhookId) {
    byte[] value = reader.get(ColumnFamily.WEBHOOKS, WebhookKeys.webhook(webhookId));
    return value == null ? null : WebhookRecords.toWebhook(webhookId, value);
  }

  public static List<Webhook> listAll(DatabaseSnapshot snapshot) {
    return list(snapshot, (String) null);
  }

  /** Lists webhooks, those of one owner or all. */
  public static List<Webhook> list(DatabaseSnapshot snapshot, @Nullable String owner) {
    List<Webhook> webhooks = new ArrayList<>();
    try (Scan scan = snapshot.scan(ColumnFamily.WEBHOOKS, WebhookKeys.ofAll())) {
      for (scan.seek(WebhookKeys.ofAll()); scan.isValid(); scan.next()) {
        Webhook webhook =
            WebhookRecords.toWebhook(WebhookKeys.webhookIdOf(scan.key()), scan.value());
        if (owner == null || owner.equals(webhook.owner())) {
          webhooks.add(webhook);
        }
      }
    }
    return webhooks;
  }

  public static @Nullable FailedDelivery findDelivery(
      RowReader reader, UUID webhookId, DeliveryPosition position) {
    byte[] value = reader.get(ColumnFamily.WEBHOOKS, WebhookKeys.delivery(webhookId, position));
    return value == null ? null : WebhookRecords.toDelivery(webhookId, value);
  }

  public static List<FailedDelivery> list(DatabaseSnapshot snapshot, DeliveryQuery query) {
    UUID webhookId = query.webhookId();
    byte[] prefix = WebhookKeys.deliveries(webhookId);
    List<FailedDelivery> deliveries = new ArrayList<>();
    try (Scan scan = snapshot.scan(ColumnFamily.WEBHOOKS, prefix)) {
      byte[] start =
          query.before() == null ? prefix : WebhookKeys.delivery(webhookId, query.before());
      scan.seek(start);
      if (scan.isValid() && Arrays.equals(scan.key(), start)) {
        scan.next();
      }
      for (; scan.isValid() && deliveries.size() < query.limit(); scan.next()) {
        deliveries.add(WebhookRecords.toDelivery(webhookId, scan.value()));
      }
    }
    return deliveries;
  }
}
