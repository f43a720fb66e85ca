package dev.parley.core.webhook;

import dev.parley.core.watch.WatchCursor;
import dev.parley.core.watch.WatchEvent;
import dev.parley.core.watch.WatchInclude;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.Webhook;
import dev.parley.model.webhook.WebhookEventType;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The events of webhooks, which are those of watches. */
final class WebhookEvents {
  private WebhookEvents() {}

  /**
   * An event that is to be delivered.
   *
   * @param position its place
   * @param type its type
   * @param session the session
   * @param sequence the sequence of the message of {@code MESSAGE_CREATED}; otherwise 0
   * @param runId the run of {@code RUN_CHANGED}; otherwise null
   * @param time when the message was stored; for other types, when the event was read
   * @param body the body of its requests
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Event(
      DeliveryPosition position,
      WebhookEventType type,
      SessionRef.ById session,
      long sequence,
      @Nullable String runId,
      Instant time,
      byte[] body) {}

  /** What a webhook has to read. Deletions are always read. */
  static Set<WatchInclude> include(Webhook webhook) {
    Set<WatchInclude> include = EnumSet.noneOf(WatchInclude.class);
    for (WebhookEventType type : webhook.profile().events()) {
      switch (type) {
        case MESSAGE_CREATED -> include.add(WatchInclude.MESSAGES);
        case SESSION_CHANGED -> include.add(WatchInclude.SESSIONS);
        case RUN_CHANGED -> include.add(WatchInclude.RUNS);
        case SESSION_DELETED -> {}
      }
    }
    return include;
  }

  static WebhookEventType type(WatchEvent event) {
    if (event instanceof WatchEvent.Appended) {
      return WebhookEventType.MESSAGE_CREATED;
    } else if (event instanceof WatchEvent.SessionChanged) {
      return WebhookEventType.SESSION_CHANGED;
    } else if (event instanceof WatchEvent.RunChanged) {
      return WebhookEventType.RUN_CHANGED;
    } else if (event instanceof WatchEvent.Deleted) {
      return WebhookEventType.SESSION_DELETED;
    }
    throw new IllegalArgumentException("Not an event of a session.");
  }

  static SessionRef.ById session(WatchEvent event) {
    if (event instanceof WatchEvent.Appended appended) {
      return appended.session();
    } else if (event instanceof WatchEvent.SessionChanged changed) {
      return new SessionRef.ById(changed.session().agentId(), changed.session().sessionId(), null);
    } else if (event instanceof WatchEvent.RunChanged changed) {
      return new SessionRef.ById(changed.run().agentId(), changed.run().sessionId(), null);
    } else if (event instanceof WatchEvent.Deleted deleted) {
      return deleted.session();
    }
    throw new IllegalArgumentException("Not an event of a session.");
  }

  /**
   * The place of an event. That of a message names its sequence, also if it is the last one of its
   * change, so that it is the same whatever else is reported.
   */
  static DeliveryPosition position(WatchEvent event) {
    return event instanceof WatchEvent.Appended appended
        ? new DeliveryPosition(appended.cursor().number(), appended.message().sequence())
        : position(event.cursor());
  }

  static DeliveryPosition position(WatchCursor cursor) {
    return new DeliveryPosition(cursor.number(), cursor.sequence());
  }

  static WatchCursor cursor(DeliveryPosition position) {
    return position.sequence() == 0
        ? WatchCursor.ofChange(position.number())
        : WatchCursor.withinChange(position.number(), position.sequence());
  }

  /** The id of an event in requests and lists. It is the same in every request for the event. */
  static String id(UUID webhookId, DeliveryPosition position) {
    return "msg_" + webhookId.toString().replace("-", "") + "_" + cursor(position).text();
  }

  /**
   * Reads an id that {@link #id} wrote.
   *
   * @throws SessionException {@code DELIVERY_NOT_FOUND} if it is none of this webhook
   */
  static DeliveryPosition parse(UUID webhookId, String id) {
    String prefix = "msg_" + webhookId.toString().replace("-", "") + "_";
    if (!id.startsWith(prefix)) {
      throw unknownDelivery();
    }
    try {
      return position(WatchCursor.parse(id.substring(prefix.length()), true));
    } catch (SessionException e) {
      throw unknownDelivery();
    }
  }

  /** The webhook has no such failed delivery. */
  static SessionException unknownDelivery() {
    return new SessionException(
        ErrorReason.DELIVERY_NOT_FOUND, "The webhook has no failed delivery with this id.");
  }

  /** Makes an event of a webhook from one of a watch. */
  static Event of(WatchEvent event, Instant now, byte[] body) {
    long sequence = 0;
    String runId = null;
    Instant time = now;
    if (event instanceof WatchEvent.Appended appended) {
      sequence = appended.message().sequence();
      time = appended.message().createTime();
    } else if (event instanceof WatchEvent.RunChanged changed) {
      runId = changed.run().runId();
    }
    return new Event(position(event), type(event), session(event), sequence, runId, time, body);
  }

  static FailedDelivery failed(
      UUID webhookId, Event event, int attempts, Instant now, String error) {
    return new FailedDelivery(
        webhookId,
        event.position(),
        event.type(),
        event.session().agentId(),
        event.session().sessionId(),
        event.sequence(),
        event.runId(),
        attempts,
        now,
        error);
  }
}
