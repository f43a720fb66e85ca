package dev.parley.storage.rocksdb.codec;

import dev.parley.model.webhook.DeliveryPosition;
import java.nio.ByteBuffer;
import java.util.UUID;

/** Builds the keys of {@code WEBHOOKS}. */
public final class WebhookKeys {
  private static final byte WEBHOOK = 'w';
  private static final byte DELIVERY = 'd';

  private WebhookKeys() {}

  /** The prefix of all webhooks. */
  public static byte[] ofAll() {
    return new byte[] {WEBHOOK};
  }

  public static byte[] webhook(UUID webhookId) {
    return Keys.id(ByteBuffer.allocate(1 + Keys.ID_BYTES).put(WEBHOOK), webhookId).array();
  }

  public static UUID webhookIdOf(byte[] webhookKey) {
    return Keys.toId(webhookKey, 1);
  }

  /** The prefix of all failed deliveries of a webhook. */
  public static byte[] deliveries(UUID webhookId) {
    return Keys.id(ByteBuffer.allocate(1 + Keys.ID_BYTES).put(DELIVERY), webhookId).array();
  }

  /** The key of a failed delivery. The last position comes first. */
  public static byte[] delivery(UUID webhookId, DeliveryPosition position) {
    // The end of a change is its last place.
    long sequence = position.sequence() == 0 ? Long.MAX_VALUE : position.sequence();
    ByteBuffer key = ByteBuffer.allocate(1 + Keys.ID_BYTES + 2 * Long.BYTES);
    return key.put(deliveries(webhookId))
        .putLong(Long.MAX_VALUE - position.number())
        .putLong(Long.MAX_VALUE - sequence)
        .array();
  }
}
