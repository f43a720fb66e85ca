package dev.parley.core.filter;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.page.PageTokens;
import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.Store;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.ListOrder;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionQuery;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Lists active sessions that match a filter, the most recently updated first. */
public final class FilteredSessions {
  private static final int COUNT_PAGE = 1_000;

  private final Store store;
  private final PageTokens tokens;

  public FilteredSessions(Store store, PageTokens tokens) {
    this.store = store;
    this.tokens = tokens;
  }

  /**
   * Reads a page.
   *
   * @param agentId lists only sessions of this agent; null for all agents that the caller may see
   * @param filter the filter, in the language of {@link FilterParser}
   */
  public CompletableFuture<Page<Session>> list(
      Caller caller, @Nullable UUID agentId, String filter, PageRequest page) {
    SessionCriteria criteria = SessionCriteria.parse(filter);
    String query = "sessions/" + (agentId == null ? "-" : agentId) + "/filter=" + filter;
    Cursor token = tokens.cursor(caller.principal(), query, page.token());
    return filter(caller, agentId, criteria)
        .thenCompose(
            found ->
                found.isEmpty()
                    ? CompletableFuture.completedFuture(List.<Session>of())
                    : rows(caller, found.get(), criteria, token, page.readLimit()))
        .thenApply(
            rows ->
                Page.of(
                    rows,
                    page,
                    Session::bytes,
                    last -> tokens.ofCursor(caller.principal(), query, cursorOf(last))));
  }

  /**
   * Counts sessions, up to {@link SessionCount#MAX}. Reads them in pages, each from a state of its
   * own.
   *
   * @param agentId counts only sessions of this agent; null for all agents that the caller may see
   * @param filter the filter; empty for all sessions
   */
  public CompletableFuture<SessionCount> count(
      Caller caller, @Nullable UUID agentId, String filter) {
    SessionCriteria criteria =
        filter.isBlank() ? SessionCriteria.ALL : SessionCriteria.parse(filter);
    return filter(caller, agentId, criteria)
        .thenCompose(
            found ->
                found.isEmpty()
                    ? CompletableFuture.completedFuture(new SessionCount(0, false))
                    : countAfter(caller, found.get(), criteria, null, 0));
  }

  private CompletableFuture<SessionCount> countAfter(
      Caller caller,
      SessionFilter filter,
      SessionCriteria criteria,
      @Nullable Cursor after,
      int counted) {
    int limit = Math.min(COUNT_PAGE, SessionCount.MAX + 1 - counted);
    return rows(caller, filter, criteria, after, limit)
        .thenCompose(
            rows -> {
              int sum = counted + rows.size();
              boolean isAll = rows.isEmpty() || sum > SessionCount.MAX;
              return isAll
                  ? CompletableFuture.completedFuture(SessionCount.of(sum))
                  : countAfter(caller, filter, criteria, cursorOf(rows.get(rows.size() - 1)), sum);
            });
  }

  /** The filter of the store; empty if the caller may see none of the sessions. */
  private CompletableFuture<Optional<SessionFilter>> filter(
      Caller caller, @Nullable UUID agentId, SessionCriteria criteria) {
    SessionFilter visible = Authorizer.filter(caller.principal(), agentId);
    boolean ofOthers =
        differ(visible.user(), criteria.user()) || differ(visible.owner(), criteria.owner());
    if (ofOthers) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    String user = visible.user() == null ? criteria.user() : visible.user();
    String owner = visible.owner() == null ? criteria.owner() : visible.owner();
    if (user == null || owner != null) {
      return CompletableFuture.completedFuture(
          Optional.of(new SessionFilter(visible.agentId(), owner, user, criteria.client())));
    }
    if (visible.agentId() == null) {
      throw SessionCriteria.notIndexed(
          "user", "A filter on user for all agents must also have an owner.");
    }
    return store
        .findAgent(visible.agentId())
        .thenApply(
            agent ->
                agent
                    .map(Agent::owner)
                    .map(
                        found ->
                            new SessionFilter(visible.agentId(), found, user, criteria.client())));
  }

  private static boolean differ(@Nullable String visible, @Nullable String wanted) {
    return visible != null && wanted != null && !visible.equals(wanted);
  }

  private CompletableFuture<List<Session>> rows(
      Caller caller,
      SessionFilter filter,
      SessionCriteria criteria,
      @Nullable Cursor token,
      int limit) {
    if (criteria.key() != null) {
      return store
          .findSessions(filter, criteria.key(), caller.cancellation())
          .thenApply(
              found ->
                  found.stream()
                      .filter(criteria::isInTime)
                      .filter(session -> token == null || isAfter(session, token))
                      .limit(limit)
                      .toList());
    }
    Cursor after = token == null ? criteria.start() : token;
    return store
        .listSessions(
            new SessionQuery(filter, false, after, limit, Page.BYTES_MAX), caller.cancellation())
        .thenApply(rows -> rows.stream().takeWhile(criteria::isInTime).toList());
  }

  private static boolean isAfter(Session session, Cursor cursor) {
    int byTime = cursor.time().compareTo(session.updateTime());
    return byTime > 0
        || (byTime == 0 && ListOrder.BY_ID.compare(session.sessionId(), cursor.sessionId()) > 0);
  }

  private static Cursor cursorOf(Session session) {
    return new Cursor(session.updateTime(), session.sessionId());
  }
}
