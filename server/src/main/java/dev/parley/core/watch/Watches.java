package dev.parley.core.watch;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.core.limit.ConcurrencyLimit;
import dev.parley.core.read.ChunkedRead;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.storage.Store;
import dev.parley.storage.live.SessionNotices;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens watches, which report what happens in sessions. Callers of this class must already have
 * authorized access to the agent.
 */
public final class Watches implements AutoCloseable {
  /** A watch ends after at most this time, so that a revoked credential loses its access. */
  public static final Duration DURATION_MAX = Duration.ofMinutes(15);

  /** Watches that were opened together end at different times within this one. */
  private static final Duration DURATION_SPREAD = Duration.ofMinutes(2);

  private final Store store;
  private final OlderMessages older;
  private final WatchGroups<SessionSource.Key, Optional<SessionSource.Messages>> sessions;
  private final WatchGroups<FeedSource.Feed, WatchPage> feeds;
  private final ConcurrencyLimit limits;
  private final ScheduledExecutorService executor;
  private final LongAdder reported = new LongAdder();
  private final Set<OpenWatch> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Creates the use case.
   *
   * @param store a store whose changes {@code notices} reports
   * @param executor runs heartbeats
   */
  public Watches(
      Store store,
      SessionNotices notices,
      ConcurrencyLimit limits,
      ScheduledExecutorService executor) {
    this.store = store;
    older = new OlderMessages(store);
    sessions = new WatchGroups<>((key, changed) -> notices.watch(key.session(), changed));
    feeds = new WatchGroups<>((feed, changed) -> notices.watchAgent(feed.agentId(), changed));
    this.limits = limits;
    this.executor = executor;
  }

  /**
   * Opens a watch. Fails with {@code SESSION_NOT_FOUND} if its session does not exist, and with
   * {@code OVERLOADED} if too many watches are open. The caller must close the watch.
   */
  public CompletableFuture<ChunkedRead<WatchEvent>> open(Caller caller, WatchRequest request) {
    SessionRef session = request.session();
    return session == null ? openFeed(caller, request) : openSession(caller, request, session);
  }

  private CompletableFuture<ChunkedRead<WatchEvent>> openSession(
      Caller caller, WatchRequest request, SessionRef name) {
    return store
        .findSession(named(caller, name, request.from()), caller.cancellation())
        .thenApply(
            found -> {
              Session session = found.orElseThrow(Authorizer::unknownSession);
              SessionRef.ById ref = caller.byId(session.agentId(), session.sessionId());
              return watch(
                  caller,
                  request,
                  changed ->
                      new SessionSource(store, older, sessions, ref, request.include(), changed),
                  start(request, session));
            });
  }

  private CompletableFuture<ChunkedRead<WatchEvent>> openFeed(Caller caller, WatchRequest request) {
    FeedSource.Feed feed =
        FeedSource.Feed.of(caller.principal(), request.agentId(), request.include());
    WatchCursor from = request.from();
    CompletableFuture<WatchCursor> start =
        from == null
            ? store.lastChange().thenApply(last -> WatchCursor.ofChange(last.number()))
            : CompletableFuture.completedFuture(from);
    return start.thenApply(
        cursor ->
            watch(caller, request, changed -> new FeedSource(store, feeds, feed, changed), cursor));
  }

  /**
   * Follows the sessions of an owner for a reader that keeps its own place. It is no watch: it has
   * no time limit, and does not count against the limits.
   *
   * @param agentId the only agent; null for all agents of the owner
   * @param changed called after each change that the source may have to report until it is closed
   */
  public WatchSource follow(
      String owner, @Nullable UUID agentId, Set<WatchInclude> include, Runnable changed) {
    return new FeedSource(
        store, feeds, new FeedSource.Feed(agentId, owner, null, Set.copyOf(include)), changed);
  }

  /** A token names its session, which may no longer have the key of the request. */
  private static SessionRef named(Caller caller, SessionRef name, @Nullable WatchCursor from) {
    UUID sessionId = from == null ? null : from.sessionId();
    if (sessionId == null) {
      return name;
    }
    if (name instanceof SessionRef.ById id && !id.sessionId().equals(sessionId)) {
      throw WatchCursor.invalid("is that of a watch of another session");
    }
    return caller.byId(name.agentId(), sessionId);
  }

  private static WatchCursor start(WatchRequest request, Session session) {
    long head = session.headSequence();
    WatchCursor from = request.from();
    // Without messages, there is nothing before the newest one to report.
    boolean messages = request.include().contains(WatchInclude.MESSAGES);
    long sequence = !messages ? head : from == null ? 0 : Math.min(from.number(), head);
    return WatchCursor.ofMessage(session.sessionId(), sequence);
  }

  private Watch watch(
      Caller caller,
      WatchRequest request,
      Function<Runnable, WatchSource> opening,
      WatchCursor start) {
    ConcurrencyLimit.Place place = limits.acquire(caller.principal());
    OpenWatch watch = new OpenWatch(opening, start, request.heartbeat(), place);
    open.add(watch);
    caller.cancellation().whenCancelled(watch.watch::close);
    watch.beatAfter(request.heartbeat().toNanos());
    if (closed) {
      watch.watch.fail(ended("the server is stopping"));
    }
    return watch.watch;
  }

  /** A watch with its timer. */
  private final class OpenWatch {
    private final Watch watch;
    private final ConcurrencyLimit.Place place;
    private final long endNanos =
        System.nanoTime()
            + DURATION_MAX.toNanos()
            - ThreadLocalRandom.current().nextLong(DURATION_SPREAD.toNanos());
    private @Nullable Future<?> timer;
    private boolean closed;

    OpenWatch(
        Function<Runnable, WatchSource> opening,
        WatchCursor start,
        Duration heartbeat,
        ConcurrencyLimit.Place place) {
      this.place = place;
      watch = new Watch(opening, start, heartbeat, reported, this::close);
    }

    private synchronized void beatAfter(long nanos) {
      if (closed) {
        return;
      }
      try {
        timer = executor.schedule(this::beat, nanos, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        watch.fail(ended("the server is stopping"));
      }
    }

    private void beat() {
      long left = endNanos - System.nanoTime();
      if (left <= 0) {
        watch.fail(ended("it was open for about " + DURATION_MAX.toMinutes() + " minutes"));
      } else {
        beatAfter(Math.min(watch.beat(), left));
      }
    }

    private void close() {
      open.remove(this);
      place.close();
      synchronized (this) {
        closed = true;
        if (timer != null) {
          timer.cancel(false);
        }
      }
    }
  }

  private static SessionException ended(String why) {
    return new SessionException(
        ErrorReason.UNAVAILABLE, "The watch has ended, because " + why + ". Resume it.");
  }

  /** The number of events that watches have reported so far, without heartbeats. */
  public long reported() {
    return reported.sum();
  }

  /** Ends all watches, so that their callers resume them with another server. */
  @Override
  public void close() {
    closed = true;
    open.forEach(each -> each.watch.fail(ended("the server is stopping")));
  }
}
