package dev.parley.search.follow;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.search.SearchHit;
import dev.parley.search.SearchIndex;
import dev.parley.search.SearchIndexException;
import dev.parley.search.SearchQuery;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an index up to date with a store, on a thread of its own. It opens the index, applies the
 * changes of the store after short pauses, and compares index and store after an unclean stop or a
 * failure. Searches fail with {@code UNAVAILABLE} while no index is open.
 */
public final class IndexFollower implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(IndexFollower.class);
  private static final Duration INTERVAL_MIN = Duration.ofMillis(200);

  /** So short that new messages are found after about a second. */
  private static final Duration INTERVAL_MAX = Duration.ofMillis(600);

  /** The pause between updates while sessions are compared. */
  private static final Duration BUSY_INTERVAL = Duration.ofMillis(10);

  private static final Duration RETRY = Duration.ofSeconds(10);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

  /** How often an index is compared that other servers change as well. */
  private static final Duration COMPARE_SHARED = Duration.ofHours(1);

  private final Store store;
  private final ChangeQueue queue;
  private final Supplier<SearchIndex> opener;
  private final Clock clock;
  private final OptionalLong changeNumberAtStart;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "parley-index");

  private volatile @Nullable SearchIndex index;
  private boolean openedBefore;

  /**
   * Creates a follower.
   *
   * @param store the store, to which nothing was written since the start of the process
   * @param queue is told of all changes of the store
   * @param opener opens the index, and throws {@link SearchIndexException} if that fails
   */
  public IndexFollower(Store store, ChangeQueue queue, Supplier<SearchIndex> opener, Clock clock) {
    this.store = store;
    this.queue = queue;
    this.opener = opener;
    this.clock = clock;
    changeNumberAtStart = store.changeNumber();
    thread.setDaemon(true);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** Searches. {@link SearchIndex#search} describes the errors. */
  public CompletableFuture<List<SearchHit>> search(SearchQuery query, Cancellation cancellation) {
    SearchIndex open = index;
    if (open == null) {
      return CompletableFuture.failedFuture(
          new SessionException(
              ErrorReason.UNAVAILABLE,
              "The search index is not open yet, or cannot be opened. The log has the reason."));
    }
    return open.search(query, cancellation);
  }

  /** All changes of the store up to this time can be found. */
  public Instant indexedThrough() {
    SearchIndex open = index;
    return open == null ? Instant.EPOCH : open.indexedThrough();
  }

  private void run() {
    while (closing.getCount() > 0) {
      try (SearchIndex opened = opener.get()) {
        follow(opened);
      } catch (SearchIndexException e) {
        log.error(
            "The search index failed. Searches are rejected, and all else works. The index is"
                + " opened again in {} s.",
            RETRY.toSeconds(),
            e);
        await(RETRY);
      } catch (Throwable e) {
        // Also an error such as a lack of memory must not end the thread.
        log.error(
            "Keeping the search index up to date failed. It is opened again in {} s.",
            RETRY.toSeconds(),
            e);
        await(RETRY);
      } finally {
        index = null;
      }
    }
  }

  private void follow(SearchIndex opened) {
    IndexUpdater updater = new IndexUpdater(new StoreReader(store), opened, clock);
    boolean complete =
        !openedBefore
            && changeNumberAtStart.isPresent()
            && opened.isComplete(changeNumberAtStart.getAsLong());
    openedBefore = true;
    if (!complete) {
      updater.reconcile();
    }
    index = opened;
    boolean failed = false;
    long comparedAt = System.nanoTime();
    boolean comparing = !complete;
    Duration interval = INTERVAL_MIN;
    while (!await(failed ? RETRY : updater.isUpToDate() ? interval : BUSY_INTERVAL)) {
      if (changeNumberAtStart.isEmpty()
          && System.nanoTime() - comparedAt > COMPARE_SHARED.toNanos()) {
        comparedAt = System.nanoTime();
        updater.reconcile();
        comparing = true;
      }
      long begin = System.nanoTime();
      failed = update(updater, failed);
      interval = intervalAfter(Duration.ofNanos(System.nanoTime() - begin));
      if (comparing && updater.isUpToDate()) {
        comparing = false;
        report(updater.comparedSessions());
      }
    }
    finish(opened, updater);
  }

  /**
   * The pause after an update that took this time. Each update writes files of its own, which are
   * merged later. With many changes, fewer and larger updates cost a quarter less.
   */
  static Duration intervalAfter(Duration update) {
    Duration interval = update.multipliedBy(2);
    if (interval.compareTo(INTERVAL_MIN) < 0) {
      return INTERVAL_MIN;
    }
    return interval.compareTo(INTERVAL_MAX) > 0 ? INTERVAL_MAX : interval;
  }

  private static void report(long sessions) {
    if (sessions > 0) {
      log.info("The search index was compared with the store: sessions={}", sessions);
    }
  }

  /** Applies changes. Returns whether the store failed. */
  private boolean update(IndexUpdater updater, boolean failedBefore) {
    try {
      updater.update(queue);
      return false;
    } catch (SessionException e) {
      if (!failedBefore) {
        log.warn("The search index cannot read the store, and tries again: {}", e.getMessage());
      }
      return true;
    }
  }

  /** Applies the last changes, so that the next start need not compare index and store. */
  private void finish(SearchIndex opened, IndexUpdater updater) {
    long end = System.nanoTime() + CLOSE_MAX.toNanos();
    boolean failed;
    OptionalLong before;
    do {
      before = store.changeNumber();
      failed = update(updater, true);
    } while (!failed && !updater.isUpToDate() && System.nanoTime() < end);
    // A write that the graceful stop did not wait for may still be on its way.
    boolean isComplete =
        !failed && updater.isUpToDate() && queue.isEmpty() && before.equals(store.changeNumber());
    if (isComplete && before.isPresent()) {
      opened.markComplete(before.getAsLong());
    }
  }

  /** Waits. Returns true at once if the follower is being closed. */
  private boolean await(Duration time) {
    try {
      return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /**
   * Applies the last changes and closes the index. Nothing must be written to the store from now
   * on. Blocks until done, for about 10 seconds at most.
   */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
