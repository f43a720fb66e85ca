package dev.parley.core.webhook;

import dev.parley.core.watch.WatchEvent;
import dev.parley.model.webhook.DeliveryPosition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Events of a webhook that are being delivered. The events of a session are taken one after the
 * other, those of different sessions independently of one another. Not thread-safe.
 */
final class DeliveryQueue {
  private final Deque<Item> order = new ArrayDeque<>();
  private final Map<UUID, Deque<Item>> sessions = new LinkedHashMap<>();
  private final Deque<UUID> ready = new ArrayDeque<>();

  /** Settled events behind unsettled ones, so that they are not delivered again. */
  private final Set<DeliveryPosition> ahead = new HashSet<>();

  private final Map<DeliveryPosition, Failures> failures = new HashMap<>();

  /** An event, and whether nothing more has to be done for it. */
  static final class Item {
    private final WatchEvent event;
    private boolean settled;

    private Item(WatchEvent event) {
      this.event = event;
    }

    WatchEvent event() {
      return event;
    }

    DeliveryPosition position() {
      return WebhookEvents.position(event.cursor());
    }

    private UUID session() {
      return WebhookEvents.session(event).sessionId();
    }
  }

  /**
   * The failures of an event.
   *
   * @param attempts how many requests have failed
   * @param acceptedBefore how many other events were accepted before the first of them
   */
  record Failures(int attempts, long acceptedBefore) {}

  /** Adds the events of a page, except for those that are settled already. */
  void add(List<WatchEvent> events) {
    for (WatchEvent event : events) {
      Item item = new Item(event);
      if (ahead.contains(item.position())) {
        continue;
      }
      order.add(item);
      UUID session = item.session();
      Deque<Item> ofSession = sessions.computeIfAbsent(session, id -> new ArrayDeque<>());
      if (ofSession.isEmpty()) {
        ready.add(session);
      }
      ofSession.add(item);
    }
  }

  /** Takes the next event. The session gives no further one until this one is settled. */
  @Nullable Item take() {
    UUID session = ready.poll();
    return session == null ? null : sessions.getOrDefault(session, new ArrayDeque<>()).peek();
  }

  /** Puts an event back, so that it is taken again. */
  void putBack(Item item) {
    ready.add(item.session());
  }

  /** Counts a failure of an event. */
  Failures failed(Item item, long accepted) {
    return failures.merge(
        item.position(),
        new Failures(1, accepted),
        (before, added) -> new Failures(before.attempts + 1, before.acceptedBefore));
  }

  /** Marks an event as done. */
  void settle(Item item) {
    item.settled = true;
    failures.remove(item.position());
    ahead.add(item.position());
    UUID session = item.session();
    Deque<Item> ofSession = sessions.get(session);
    if (ofSession != null && ofSession.peek() == item) {
      ofSession.remove();
      if (ofSession.isEmpty()) {
        sessions.remove(session);
      } else {
        ready.add(session);
      }
    }
  }

  /** Returns the position up to which all events are settled since the last call; null if none. */
  @Nullable DeliveryPosition advance() {
    DeliveryPosition through = null;
    for (Item first = order.peek(); first != null && first.settled; first = order.peek()) {
      order.remove();
      through = first.position();
      ahead.remove(through);
    }
    return through;
  }

  /** The first event that is not settled. */
  @Nullable Item first() {
    return order.peek();
  }

  boolean isEmpty() {
    return order.isEmpty();
  }

  /** Forgets the events that are not settled, so that they can be read again. */
  void clear() {
    order.clear();
    sessions.clear();
    ready.clear();
  }

  /**
   * Forgets what was settled and what has failed, after all events up to a position are settled.
   */
  void forgetThrough(DeliveryPosition position) {
    ahead.removeIf(each -> each.compareTo(position) <= 0);
    failures.keySet().removeIf(each -> each.compareTo(position) <= 0);
  }
}
