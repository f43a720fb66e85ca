package dev.parley.core.live;

import dev.parley.storage.AgentStore;
import dev.parley.storage.Cancellation;
import dev.parley.storage.ChangeStore;
import dev.parley.storage.change.Change;
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

  /** After how many reads it looks for deleted agents: about every five seconds. */
  private static final int AGENT_POLLS = 20;

  private final ChangeStore store;
  private final AgentStore agents;
  private final SessionNotices notices;
  private final ScheduledExecutorService executor;
  private @Nullable ChangePosition after;
  private boolean failing;
  private int polls;

  /**
   * Creates a poller that is not started.
   *
   * @param executor runs the reads; it has one thread
   */
  public ChangePoller(
      ChangeStore store,
      AgentStore agents,
      SessionNotices notices,
      ScheduledExecutorService executor) {
    this.store = store;
    this.agents = agents;
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
    CompletableFuture<@Nullable ChangePosition> polled;
    try {
      polled =
          notices.isWatched()
              ? endWatchesOfDeletedAgents().thenCompose(done -> read())
              : CompletableFuture.completedFuture(null);
    } catch (RuntimeException e) {
      polled = CompletableFuture.failedFuture(e);
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

  private CompletableFuture<@Nullable ChangePosition> read() {
    ChangePosition from = after;
    return store
        .lastChange()
        .thenCompose(
            last -> {
              if (from == null || last.compareTo(from) < 0) {
                // Some watches may have read before the position, or the database has lost changes.
                notices.changedAll();
                return CompletableFuture.completedFuture(last);
              }
              return last.equals(from) ? CompletableFuture.completedFuture(last) : list(from, last);
            });
  }

  private CompletableFuture<@Nullable ChangePosition> list(
      ChangePosition from, ChangePosition last) {
    notices.changedAny();
    Set<UUID> agents = notices.watchedAgents();
    return agents.isEmpty() ? CompletableFuture.completedFuture(last) : list(agents, from, last);
  }

  /** Reads up to {@code last} only: an agent that is watched since then has read up to there. */
  private CompletableFuture<@Nullable ChangePosition> list(
      Set<UUID> agents, ChangePosition from, ChangePosition last) {
    return store
        .listChanges(new ChangeQuery(agents, from, PAGE), Cancellation.NONE)
        .thenCompose(
            page -> {
              for (Change change : page.changes()) {
                notices.changed(new SessionId(change.agentId(), change.sessionId()));
              }
              return page.changes().size() == PAGE && page.next().compareTo(last) < 0
                  ? list(agents, page.next(), last)
                  : CompletableFuture.completedFuture(last);
            });
  }

  /** The deletion of an agent is no change of a session, so the log does not have it. */
  private CompletableFuture<?> endWatchesOfDeletedAgents() {
    if (++polls % AGENT_POLLS != 0) {
      return CompletableFuture.completedFuture(null);
    }
    return CompletableFuture.allOf(
        notices.watchedAgents().stream()
            .map(
                agentId ->
                    agents
                        .findAgent(agentId)
                        .thenAccept(
                            found -> {
                              if (found.isEmpty()) {
                                notices.changedAgent(agentId);
                              }
                            }))
            .toArray(CompletableFuture[]::new));
  }
}
