package dev.parley.search.follow;

import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.search.IndexedMessage;
import dev.parley.search.SearchIndex;
import dev.parley.storage.live.SessionId;
import dev.parley.storage.rules.Micros;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Applies changes to one open index. Used by one thread. */
final class IndexUpdater {
  /** How long one update compares sessions, so that new messages do not wait. */
  private static final long COMPARE_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  /** How long after its commit the report of an append may come. */
  private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** With more sessions to compare, all of them are compared. */
  private static final int COMPARE_MAX = 200_000;

  private final StoreReader store;
  private final SearchIndex index;
  private final SessionIndexer indexer;
  private final Clock clock;

  private final Set<SessionId> toCompare = new LinkedHashSet<>();

  /**
   * When comparisons added messages, the oldest first. The reports of these messages may come
   * later, and must not add them again.
   */
  private final Map<SessionId, Long> added = new LinkedHashMap<>();

  private @Nullable Reconciliation reconciliation;
  private boolean reconcileAgain;
  private long comparedSessions;

  IndexUpdater(StoreReader store, SearchIndex index, Clock clock) {
    this.store = store;
    this.index = index;
    this.clock = clock;
    indexer = new SessionIndexer(store, index);
  }

  /** Compares all sessions with the store, with the next updates. */
  void reconcile() {
    if (reconciliation == null) {
      reconciliation = new Reconciliation(store, index, this::compareUnlessAdded);
    } else {
      reconcileAgain = true;
    }
  }

  /** Whether all changes that were taken so far are in the index. */
  boolean isUpToDate() {
    return reconciliation == null && toCompare.isEmpty() && !indexer.isBusy();
  }

  /** The number of sessions that the last complete comparison has compared. */
  long comparedSessions() {
    return comparedSessions;
  }

  /** Takes all changes from the queue and applies them. */
  void update(ChangeQueue queue) {
    Instant now = Micros.truncate(clock.instant());
    Changes changes = queue.take();
    try {
      apply(changes);
    } catch (SessionException e) {
      // The store failed, and the changes are no longer in the queue.
      reconcile();
      throw e;
    }
    index.publish(isUpToDate() ? now : index.indexedThrough());
  }

  private void apply(Changes changes) {
    toCompare.addAll(changes.sessions());
    if (changes.incomplete() || toCompare.size() > COMPARE_MAX) {
      toCompare.clear();
      reconcile();
    }
    add(changes.appends());
    changes.deletions().forEach(deleted -> index.remove(deleted.session(), deleted.sequence()));
    changes.agents().stream().filter(agent -> !store.exists(agent)).forEach(index::removeAgent);
    added.values().removeIf(time -> System.nanoTime() - time > LATE_NANOS);
    long end = System.nanoTime() + COMPARE_NANOS;
    while (!isUpToDate() && System.nanoTime() < end) {
      // Comparisons need to see all changes of the index.
      index.publish(index.indexedThrough());
      compareSessions(end);
      compareAll(end);
      reindex(end);
    }
  }

  private void add(List<Changes.Appended> appends) {
    List<IndexedMessage> messages = new ArrayList<>();
    for (Changes.Appended append : appends) {
      SessionId id = append.session();
      if (indexer.isPending(id)) {
        // It reads all messages.
        continue;
      }
      // During a comparison of all sessions, a session that is updated moves to the front of the
      // list, where it is not compared. Other messages may be in the index already.
      boolean compared = reconciliation != null || toCompare.contains(id) || added.containsKey(id);
      String owner = compared ? null : store.owner(id.agentId());
      if (owner == null) {
        toCompare.add(id);
      } else {
        append
            .messages()
            .forEach(m -> messages.add(new IndexedMessage(id, owner, append.user(), m)));
      }
    }
    index.add(messages);
  }

  private void compareUnlessAdded(List<Session> sessions) {
    indexer.compare(
        sessions.stream().filter(each -> !added.containsKey(SessionId.of(each))).toList());
  }

  private void reindex(long end) {
    while (indexer.isBusy() && System.nanoTime() < end) {
      indexer.step().ifPresent(this::remember);
    }
  }

  /** Remembers that the messages of a session were added, because reports of them may come late. */
  private void remember(SessionId id) {
    added.remove(id);
    added.put(id, System.nanoTime());
  }

  private void compareSessions(long end) {
    Iterator<SessionId> sessions = toCompare.iterator();
    while (sessions.hasNext() && !indexer.isBusy() && System.nanoTime() < end) {
      indexer.compare(sessions.next());
      sessions.remove();
    }
  }

  private void compareAll(long end) {
    if (reconciliation == null) {
      return;
    }
    boolean more = true;
    while (more && !indexer.isBusy() && System.nanoTime() < end) {
      more = reconciliation.step();
    }
    if (!more) {
      comparedSessions = reconciliation.sessions();
      reconciliation = null;
      if (reconcileAgain) {
        reconcileAgain = false;
        reconcile();
      }
    }
  }
}
