package dev.parley.core;

import dev.parley.auth.Caller;
import dev.parley.model.Session;
import dev.parley.storage.SessionStore;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.ExpiredQuery;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What is going to be deleted because it is due. */
public final class Retention {
  /** How far a preview looks if nothing else is said. */
  public static final Duration AHEAD_DEFAULT = Duration.ofHours(24);

  private final SessionStore store;
  private final PageTokens tokens;
  private final MicroClock clock;

  public Retention(SessionStore store, PageTokens tokens, Clock clock) {
    this.store = store;
    this.tokens = tokens;
    this.clock = new MicroClock(clock);
  }

  /**
   * Active sessions that are due at a time if nobody writes to them before, nearly in the order in
   * which they are. A page may be short, or empty, and another one follow.
   *
   * @param agentId only this agent's; null for all
   * @param until the time; null for a day from now
   */
  public CompletableFuture<Page<Session>> preview(
      Caller caller, @Nullable UUID agentId, @Nullable Instant until, PageRequest page) {
    // Without a time asked for, each page of a list would have another one.
    String query = "due/" + (agentId == null ? "*" : agentId) + "/" + (until == null ? "" : until);
    Cursor after = tokens.cursor(caller.principal(), query, page.token());
    Instant end = until == null ? clock.now().plus(AHEAD_DEFAULT) : until;
    return store
        .listExpired(new ExpiredQuery(agentId, end, after, page.size()), caller.cancellation())
        .thenApply(
            found ->
                new Page<>(
                    found.sessions().stream().filter(session -> session.isExpired(end)).toList(),
                    found.next() == null
                        ? null
                        : tokens.ofCursor(caller.principal(), query, found.next())));
  }
}
