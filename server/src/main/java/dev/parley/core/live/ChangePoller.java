package dev.parley.core.live;

import dev.parley.storage.Cancellation;
import dev.parley.storage.ChangeStore;
import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePage;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.storage.live.SessionId;
import dev.parley.storage.live.SessionNotices;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the changes that other servers made to a shared store, and tells the watchers of this
 * server. It reads the change log of the watched agents several times a second, and nothing while
 * nobody watches.
 */
public final class ChangePoller {
  /** The time between two reads. */
  public static final Duration INTERVAL = Duration.ofMillis(250);

  private static final Logger log = LoggerFactory.getLogger(ChangePoller.class);
  private static final int PAGE = 1_000;

  private final ChangeStore store;
  private final SessionNotices notices;
  private final ScheduledExecutorService executor;
  private @Nullable ChangePosition after;
  private boolean failing;

  /**
   * Creates a poller that is not started.
   *
   * @param executor runs the reads; it has one thread
   */
  public ChangePoller(
      ChangeStore store, SessionNotices notices, ScheduledExecutorService executor) {
    this.store = store;
    this.notices = notices;
    this.executor = executor;
  }

  /** Starts to read, until the executor is shut down. */
  public void start() {
    try {
      executor.schedule(this::poll, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("The server is stopping.");
    }
  }

  private void poll() {
    CompletableFuture<ChangePosition> polled;
    if (notices.isWatched()) {
      ChangePosition from = after;
      polled =
          store.lastChange().thenCompose(last -> from == null ? first(last) : next(from, last));
    } else {
      polled = CompletableFuture.completedFuture(null);
    }
    var unused =
        polled.whenComplete(
            (position, failure) -> {
              if (failure == null) {
                after = position;
                failing = false;
              } else if (!failing) {
                failing = true;
                log.warn("Changes by other servers cannot be read now: {}", failure.toString());
              }
              start();
            });
  }

  /** Some watches may have read before {@code last}, so all of them read again. */
  private CompletableFuture<ChangePosition> first(ChangePosition last) {
    notices.changedAll();
    return CompletableFuture.completedFuture(last);
  }

  private CompletableFuture<ChangePosition> next(ChangePosition from, ChangePosition last) {
    if (last.compareTo(from) <= 0) {
      return CompletableFuture.completedFuture(from);
    }
    notices.changedAny();
    Set<UUID> agents = notices.watchedAgents();
    return agents.isEmpty()
        ? CompletableFuture.completedFuture(last)
        : store
            .listChanges(new ChangeQuery(agents, from, PAGE), Cancellation.NONE)
            .thenCompose(this::tell);
  }

  private CompletableFuture<ChangePosition> tell(ChangePage page) {
    for (Change change : page.changes()) {
      notices.changed(new SessionId(change.agentId(), change.sessionId()));
    }
    return page.changes().size() < PAGE
        ? CompletableFuture.completedFuture(page.next())
        : next(page.next(), new ChangePosition(Long.MAX_VALUE));
  }
}
