package dev.parley.core.live;

import dev.parley.auth.Caller;
import dev.parley.core.limit.ConcurrencyLimit;
import dev.parley.core.page.MessageListing;
import dev.parley.core.page.MessagePager;
import dev.parley.core.page.MessageWindow;
import dev.parley.core.page.PageRequest;
import dev.parley.core.page.PageTokens;
import dev.parley.storage.Store;
import dev.parley.storage.live.SessionId;
import dev.parley.storage.live.SessionNotices;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Lists messages in ascending order and waits at the end of the list for the next ones (long poll).
 * Callers of this class must already have authorized access to the agent.
 */
public final class MessageFollower implements AutoCloseable {
  /** The longest time that a list waits. */
  public static final Duration WAIT_MAX = Duration.ofSeconds(30);

  private final Store store;
  private final PageTokens tokens;
  private final SessionNotices notices;
  private final ConcurrencyLimit limits;
  private final ScheduledExecutorService executor;
  private final Set<LongPoll<MessageWindow>> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Creates the use case.
   *
   * @param store a store whose changes {@code notices} reports
   * @param executor runs the ends of waits
   */
  public MessageFollower(
      Store store,
      PageTokens tokens,
      SessionNotices notices,
      ConcurrencyLimit limits,
      ScheduledExecutorService executor) {
    this.store = store;
    this.tokens = tokens;
    this.notices = notices;
    this.limits = limits;
    this.executor = executor;
  }

  /**
   * Reads a page. An empty page at the end of the list waits for messages. The page always has a
   * token for the next page, also at the end of the list. Fails with {@code OVERLOADED} if a page
   * has to wait and too many watches are open.
   *
   * @param listing a list in ascending order
   * @param wait how long an empty page waits; zero for not at all
   */
  public CompletableFuture<MessageWindow> list(
      Caller caller, MessageListing listing, PageRequest page, Duration wait) {
    MessagePager pager =
        new MessagePager(store, tokens, caller, listing, page.size()).withTokenAtEnd();
    return pager
        .page(page.token())
        .thenCompose(
            first ->
                isComplete(first) || wait.isZero()
                    ? CompletableFuture.completedFuture(first)
                    : poll(caller, listing, pager, first, wait));
  }

  private static boolean isComplete(MessageWindow page) {
    return !page.messages().isEmpty() || page.more();
  }

  private CompletableFuture<MessageWindow> poll(
      Caller caller,
      MessageListing listing,
      MessagePager pager,
      MessageWindow first,
      Duration wait) {
    ConcurrencyLimit.Place place = limits.acquire(caller.principal());
    LongPoll<MessageWindow> poll =
        new LongPoll<>(
            last -> pager.page((last == null ? first : last).nextToken()),
            MessageFollower::isComplete,
            executor);
    open.add(poll);
    CompletableFuture<MessageWindow> answer =
        poll.answer()
            .whenComplete(
                (page, failure) -> {
                  open.remove(poll);
                  place.close();
                });
    poll.watch(notices.watch(SessionId.of(listing.ref()), poll::changed));
    caller.cancellation().whenCancelled(poll::cancel);
    endAfter(poll, wait);
    // Only now, because a message may have come before the registration.
    poll.step();
    return answer;
  }

  private void endAfter(LongPoll<MessageWindow> poll, Duration wait) {
    try {
      ScheduledFuture<?> timer = executor.schedule(poll::end, wait.toNanos(), TimeUnit.NANOSECONDS);
      var unused = poll.answer().whenComplete((page, failure) -> timer.cancel(false));
    } catch (RejectedExecutionException e) {
      poll.end();
    }
    if (closed) {
      poll.end();
    }
  }

  /** Ends all waits with what they have. Later lists do not wait. */
  @Override
  public void close() {
    closed = true;
    open.forEach(LongPoll::end);
  }
}
