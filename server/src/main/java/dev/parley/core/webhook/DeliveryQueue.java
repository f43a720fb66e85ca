package dev.parley.core.webhook;

import dev.parley.model.webhook.DeliveryPosition;
import java.util.ArrayDeque;
import java.util.Comparator;
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
  private static final Failures NONE = new Failures(0, 0);

  private final Deque<Item> order = new ArrayDeque<>();
  private final Map<UUID, Deque<Item>> sessions = new LinkedHashMap<>();
  private final Deque<UUID> ready = new ArrayDeque<>();

  /** Settled events behind unsettled ones, so that they are not delivered again. */
  private final Set<DeliveryPosition> ahead = new HashSet<>();

  private final Map<DeliveryPosition, Failures> failures = new HashMap<>();
  private long bytes;

  /** An event, and whether nothing more has to be done for it. */
  static final class Item {
    private final WebhookEvents.Event event;
    private boolean settled;

    private Item(WebhookEvents.Event event) {
      this.event = event;
    }

    WebhookEvents.Event event() {
      return event;
    }

    private UUID session() {
      return event.session().sessionId();
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
  void add(List<WebhookEvents.Event> events) {
    for (WebhookEvents.Event event : events) {
      if (ahead.contains(event.position())) {
        continue;
      }
      Item item = new Item(event);
      order.add(item);
      bytes += event.body().length;
      UUID session = item.session();
      Deque<Item> ofSession = sessions.computeIfAbsent(session, id -> new ArrayDeque<>());
      if (ofSession.isEmpty()) {
        ready.add(session);
      }
      ofSession.add(item);
    }
    // Events that have failed before come last, so that they hold up no others.
    List<UUID> sorted =
        ready.stream().sorted(Comparator.comparingInt(this::attemptsOfFirst)).toList();
    ready.clear();
    ready.addAll(sorted);
  }

  private int attemptsOfFirst(UUID session) {
    Item first = sessions.getOrDefault(session, new ArrayDeque<>()).peek();
    return first == null ? 0 : failures.getOrDefault(first.event.position(), NONE).attempts;
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
        item.event.position(),
        new Failures(1, accepted),
        (before, added) -> new Failures(before.attempts + 1, before.acceptedBefore));
  }

  /** Marks an event as done. */
  void settle(Item item) {
    item.settled = true;
    failures.remove(item.event.position());
    ahead.add(item.event.position());
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
      bytes -= first.event.body().length;
      through = first.event.position();
    }
    if (through != null) {
      DeliveryPosition end = through;
      ahead.removeIf(each -> each.compareTo(end) <= 0);
      failures.keySet().removeIf(each -> each.compareTo(end) <= 0);
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

  /** The size of the bodies in memory. */
  long bytes() {
    return bytes;
  }

  /** Forgets the events that are not settled, so that they can be read again. */
  void clear() {
    order.clear();
    sessions.clear();
    ready.clear();
    bytes = 0;
  }
}
