package dev.parley.core.search;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.core.limit.ConcurrencyLimit;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageTokens;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.search.SearchHit;
import dev.parley.search.SearchQuery;
import dev.parley.search.follow.IndexFollower;
import dev.parley.search.text.QueryParser;
import dev.parley.search.text.SearchableText;
import dev.parley.search.text.Snippet;
import dev.parley.search.text.Snippets;
import dev.parley.search.text.TextQuery;
import dev.parley.storage.Store;
import dev.parley.storage.query.SessionFilter;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Searches the text of messages. Callers of this class must already have authorized access to the
 * agent, if the request names one.
 *
 * <p>The permissions of the caller are part of the query to the index. Each hit is read from the
 * store again, with the same permissions, so nothing is shown that was deleted or archived since it
 * was indexed.
 */
public final class MessageSearch {
  /** The maximum number of searches that run or wait. */
  public static final int SEARCHES_MAX = 64;

  /** The maximum number of them that one key or user may have. */
  public static final int SEARCHES_PER_CALLER_MAX = 8;

  /** The maximum number of results per page. */
  public static final int PAGE_SIZE_MAX = 100;

  /** Long texts take long. After this time, the snippets of a page are starts of messages. */
  private static final long SNIPPETS_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(500);

  private final Store store;
  private final PageTokens tokens;
  private final IndexFollower index;
  private final Executor executor;
  private final Clock clock;
  private final ConcurrencyLimit limit =
      new ConcurrencyLimit("searches that run or wait", SEARCHES_MAX, SEARCHES_PER_CALLER_MAX);

  /**
   * Creates the use case.
   *
   * @param executor finds snippets; it throws RejectedExecutionException if too many searches wait
   */
  public MessageSearch(
      Store store, PageTokens tokens, IndexFollower index, Executor executor, Clock clock) {
    this.store = store;
    this.tokens = tokens;
    this.index = index;
    this.executor = executor;
    this.clock = clock;
  }

  /** Reads a page of results. Fails with {@code OVERLOADED} if too many searches run or wait. */
  public CompletableFuture<SearchPage> search(Caller caller, SearchRequest request) {
    TextQuery text = QueryParser.parse(request.query());
    SearchCriteria criteria = SearchCriteria.parse(request.filter());
    SearchHit.Position after =
        tokens.hit(caller.principal(), request.name(), request.page().token());
    // Read first, so that it holds for this search.
    Instant through = index.indexedThrough();
    SearchQuery.Scope scope = scope(caller, request, criteria);
    if (scope == null) {
      return CompletableFuture.completedFuture(
          new SearchPage(new Page<>(List.of(), null), through));
    }
    SearchQuery query =
        new SearchQuery(
            text,
            scope,
            criteria.roles(),
            criteria.createTimes().from(),
            criteria.createTimes().until(),
            request.order(),
            after,
            request.page().readLimit());
    ConcurrencyLimit.Place place = limit.acquire(caller.principal());
    return index
        .search(query, caller.cancellation())
        .thenCompose(hits -> page(caller, request, text, scope, hits))
        .thenApply(results -> new SearchPage(results, through))
        .whenComplete((page, failure) -> place.close());
  }

  /** The sessions to search; null if the caller may see none of them. */
  private static SearchQuery.@Nullable Scope scope(
      Caller caller, SearchRequest request, SearchCriteria criteria) {
    SessionFilter visible = Authorizer.filter(caller.principal(), request.agentId());
    if (differ(visible.user(), criteria.user()) || differ(visible.owner(), criteria.owner())) {
      return null;
    }
    return new SearchQuery.Scope(
        visible.agentId(),
        visible.owner() == null ? criteria.owner() : visible.owner(),
        visible.user() == null ? criteria.user() : visible.user(),
        criteria.sessionId());
  }

  private static boolean differ(@Nullable String visible, @Nullable String wanted) {
    return visible != null && wanted != null && !visible.equals(wanted);
  }

  private CompletableFuture<Page<SearchResult>> page(
      Caller caller,
      SearchRequest request,
      TextQuery text,
      SearchQuery.Scope scope,
      List<SearchHit> hits) {
    int size = Math.min(hits.size(), request.page().size());
    HitReader reader = new HitReader(store, caller, scope, hits.subList(0, size), clock.instant());
    return reader
        .read()
        .thenCompose(found -> onExecutor(() -> results(caller, text, found)))
        .thenApply(
            results -> {
              boolean more = reader.hitsRead() < hits.size();
              SearchHit last = more ? hits.get(reader.hitsRead() - 1) : null;
              return new Page<>(
                  results,
                  last == null
                      ? null
                      : tokens.ofHit(caller.principal(), request.name(), last.position()));
            });
  }

  private static List<SearchResult> results(
      Caller caller, TextQuery text, List<HitReader.Found> found) {
    List<SearchResult> results = new ArrayList<>(found.size());
    Snippets snippets = new Snippets(text);
    long end = System.nanoTime() + SNIPPETS_NANOS_MAX;
    for (HitReader.Found match : found) {
      caller.cancellation().throwIfCancelled();
      String content = SearchableText.of(match.message().draft().content());
      Snippet snippet = System.nanoTime() < end ? snippets.of(content) : Snippets.startOf(content);
      results.add(new SearchResult(match.session(), match.message(), match.hit().score(), snippet));
    }
    return results;
  }

  private <T> CompletableFuture<T> onExecutor(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(work, executor);
    } catch (RejectedExecutionException e) {
      throw new SessionException(ErrorReason.OVERLOADED, "Too many searches wait.");
    }
  }
}
