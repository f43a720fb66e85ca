package dev.parley.core;

import dev.parley.auth.Caller;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.page.PageTokens;
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

/** Previews the deletion of expired sessions. */
public final class Retention {
  /** How far a preview looks ahead by default. */
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
   * Lists active sessions that expire up to a given time if nothing is appended before,
   * approximately in the order of their expiry. A page can be short or empty although more pages
   * follow.
   *
   * @param agentId lists only sessions of this agent; null for all
   * @param until the given time; null for {@link #AHEAD_DEFAULT} from now
   */
  public CompletableFuture<Page<Session>> preview(
      Caller caller, @Nullable UUID agentId, @Nullable Instant until, PageRequest page) {
    // If the caller gives no time, every page computes another one, so the token must not depend on
    // it.
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
