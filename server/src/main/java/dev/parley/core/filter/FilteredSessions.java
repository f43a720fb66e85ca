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
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Lists sessions that match a filter. */
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
   * @param filter the filter, in the language of {@link FilterParser}; blank for all sessions
   * @param orderBy the order, see {@link OrderParser}; blank for the most recently updated first
   * @param showArchived whether archived sessions are listed as well
   */
  public CompletableFuture<Page<Session>> list(
      Caller caller,
      @Nullable UUID agentId,
      String filter,
      String orderBy,
      boolean showArchived,
      PageRequest page) {
    SessionOrder order = OrderParser.parse(orderBy, showArchived);
    SessionCriteria criteria = SessionCriteria.parse(filter);
    criteria.requireIndex(order);
    String query = query(agentId, filter, order);
    Cursor token = tokens.cursor(caller.principal(), query, page.token());
    return filter(caller, agentId, criteria)
        .thenCompose(
            found ->
                found.isEmpty()
                    ? CompletableFuture.completedFuture(List.<Session>of())
                    : rows(caller, found.get(), criteria, order, token, page.readLimit()))
        .thenApply(
            rows ->
                Page.of(
                    rows,
                    page,
                    Session::bytes,
                    last -> tokens.ofCursor(caller.principal(), query, order.cursorOf(last))));
  }

  /** The text that a page token is bound to. Tokens of the default order do not name it. */
  private static String query(@Nullable UUID agentId, String filter, SessionOrder order) {
    String ofOrder = order == SessionOrder.UPDATE_TIME_DESC ? "" : "/order=" + order;
    return "sessions/" + (agentId == null ? "-" : agentId) + ofOrder + "/filter=" + filter;
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
    SessionCriteria criteria = SessionCriteria.parse(filter);
    SessionOrder order = criteria.anyOrder();
    criteria.requireIndex(order);
    return filter(caller, agentId, criteria)
        .thenCompose(
            found ->
                found.isEmpty()
                    ? CompletableFuture.completedFuture(new SessionCount(0, false))
                    : countAfter(caller, found.get(), criteria, order, null, 0));
  }

  private CompletableFuture<SessionCount> countAfter(
      Caller caller,
      SessionFilter filter,
      SessionCriteria criteria,
      SessionOrder order,
      @Nullable Cursor after,
      int counted) {
    int limit = Math.min(COUNT_PAGE, SessionCount.MAX + 1 - counted);
    return rows(caller, filter, criteria, order, after, limit)
        .thenCompose(
            rows -> {
              int sum = counted + rows.size();
              boolean isAll = rows.isEmpty() || sum > SessionCount.MAX;
              if (isAll) {
                return CompletableFuture.completedFuture(SessionCount.of(sum));
              }
              Cursor last = order.cursorOf(rows.get(rows.size() - 1));
              return countAfter(caller, filter, criteria, order, last, sum);
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
    boolean ofKey = criteria.key() != null;
    if (visible.user() != null && criteria.label() != null && !ofKey) {
      throw criteria.labelNotIndexed("no index serves the labels of one user's sessions");
    }
    // The sessions with a key are few, so their labels are compared after they are read.
    SessionFilter.Label label = ofKey ? null : criteria.label();
    String user = visible.user() == null ? criteria.user() : visible.user();
    String owner = visible.owner() == null ? criteria.owner() : visible.owner();
    if (user == null || owner != null) {
      return CompletableFuture.completedFuture(
          Optional.of(new SessionFilter(visible.agentId(), owner, user, criteria.client(), label)));
    }
    if (visible.agentId() == null) {
      throw criteria.notIndexed("user", "a filter on user for all agents must also have an owner");
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
      SessionOrder order,
      @Nullable Cursor token,
      int limit) {
    if (criteria.key() != null) {
      return store
          .findSessions(filter, criteria.key(), caller.cancellation())
          .thenApply(
              found ->
                  found.stream()
                      .filter(criteria::matches)
                      .filter(
                          each ->
                              token == null
                                  || order.positions().compare(order.cursorOf(each), token) > 0)
                      .sorted(order.sessions())
                      .limit(limit)
                      .toList());
    }
    Cursor after = token == null ? criteria.start(order) : token;
    return store
        .listSessions(
            new SessionQuery(filter, order, after, limit, Page.BYTES_MAX), caller.cancellation())
        .thenApply(rows -> rows.stream().takeWhile(criteria::isInTime).toList());
  }
}
