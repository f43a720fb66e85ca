package dev.parley.search.lucene;

import dev.parley.model.ErrorReason;
import dev.parley.model.Role;
import dev.parley.model.SessionException;
import dev.parley.search.SearchHit;
import dev.parley.search.SearchIndexException;
import dev.parley.search.SearchOrder;
import dev.parley.search.SearchQuery;
import dev.parley.search.text.LuceneQueries;
import dev.parley.storage.Cancellation;
import dev.parley.storage.rules.Micros;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.RejectedExecutionException;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.ExitableDirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopFieldDocs;
import org.jspecify.annotations.Nullable;

/** Runs searches. */
final class Searches implements AutoCloseable {
  private static final Duration TIME_MAX = Duration.ofSeconds(5);
  private static final SortField BY_TIME = new SortField(Fields.TIME, SortField.Type.LONG, true);
  private static final SortField BY_TIE = new SortField(Fields.TIE, SortField.Type.LONG);
  private static final SortField BY_SEQUENCE =
      new SortField(Fields.SEQUENCE, SortField.Type.LONG, true);
  private static final Sort BEST_FIRST =
      new Sort(SortField.FIELD_SCORE, BY_TIME, BY_TIE, BY_SEQUENCE);
  private static final Sort NEWEST_FIRST = new Sort(BY_TIME, BY_TIE, BY_SEQUENCE);

  private final SearcherManager searchers;
  private final Executor executor;
  private final Phaser running = new Phaser(1);

  Searches(SearcherManager searchers, Executor executor) {
    this.searchers = searchers;
    this.executor = executor;
  }

  CompletableFuture<List<SearchHit>> search(SearchQuery query, Cancellation cancellation) {
    CompletableFuture<List<SearchHit>> answer = new CompletableFuture<>();
    try {
      executor.execute(() -> run(query, cancellation, answer));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(
          new SessionException(ErrorReason.OVERLOADED, "Too many searches wait."));
    }
    return answer;
  }

  private void run(
      SearchQuery query, Cancellation cancellation, CompletableFuture<List<SearchHit>> answer) {
    if (running.register() < 0) {
      answer.completeExceptionally(
          new SessionException(ErrorReason.UNAVAILABLE, "The server is stopping."));
      return;
    }
    try {
      cancellation.throwIfCancelled();
      answer.complete(find(query, cancellation));
    } catch (IOException e) {
      answer.completeExceptionally(
          new SearchIndexException("The search index cannot be read: " + e.getMessage(), e));
    } catch (Throwable e) {
      answer.completeExceptionally(e);
    } finally {
      running.arriveAndDeregister();
    }
  }

  private List<SearchHit> find(SearchQuery query, Cancellation cancellation) throws IOException {
    IndexSearcher acquired = searchers.acquire();
    try {
      long deadline = System.nanoTime() + TIME_MAX.toNanos();
      QueryTimeout timeout = () -> cancellation.isCancelled() || System.nanoTime() - deadline > 0;
      // Its terms and postings check the timeout as well, which a prefix reads before any score.
      IndexSearcher searcher =
          new IndexSearcher(
              ExitableDirectoryReader.wrap((DirectoryReader) acquired.getIndexReader(), timeout));
      searcher.setTimeout(timeout);
      boolean byScore = query.order() == SearchOrder.BEST_FIRST;
      TopFieldDocs found =
          searcher.searchAfter(
              after(query.after(), byScore, Math.max(0, searcher.getIndexReader().maxDoc() - 1)),
              luceneQuery(query),
              query.limit(),
              byScore ? BEST_FIRST : NEWEST_FIRST,
              false);
      if (searcher.timedOut()) {
        throw ended(cancellation);
      }
      return hits(searcher, found, byScore);
    } catch (ExitableDirectoryReader.ExitingReaderException e) {
      throw ended(cancellation);
    } finally {
      searchers.release(acquired);
    }
  }

  /** The error of a search that was ended early. */
  private static RuntimeException ended(Cancellation cancellation) {
    return cancellation.isCancelled()
        ? Cancellation.exception()
        : new SessionException(
            ErrorReason.DEADLINE_EXCEEDED, "The search took too long. Use a narrower query.");
  }

  private static Query luceneQuery(SearchQuery query) {
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    all.add(LuceneQueries.of(Fields.TEXT, query.text()), Occur.MUST);
    SearchQuery.Scope scope = query.scope();
    if (scope.sessionId() != null) {
      all.add(
          new TermQuery(new Term(Fields.SESSION_ID, Fields.bytes(scope.sessionId()))),
          Occur.FILTER);
    }
    if (scope.agentId() != null) {
      all.add(new TermQuery(new Term(Fields.AGENT, Fields.bytes(scope.agentId()))), Occur.FILTER);
    }
    if (scope.owner() != null) {
      all.add(new TermQuery(new Term(Fields.OWNER, scope.owner())), Occur.FILTER);
    }
    if (scope.user() != null) {
      all.add(new TermQuery(new Term(Fields.USER, scope.user())), Occur.FILTER);
    }
    if (!query.roles().isEmpty()) {
      BooleanQuery.Builder roles = new BooleanQuery.Builder();
      for (Role role : query.roles()) {
        roles.add(new TermQuery(Fields.term(role)), Occur.SHOULD);
      }
      all.add(roles.build(), Occur.FILTER);
    }
    if (query.from() != null || query.until() != null) {
      all.add(
          LongPoint.newRangeQuery(
              Fields.TIME,
              query.from() == null ? Long.MIN_VALUE : Micros.of(query.from()),
              query.until() == null ? Long.MAX_VALUE : Micros.of(query.until()) - 1),
          Occur.FILTER);
    }
    return all.build();
  }

  private static @Nullable FieldDoc after(
      SearchHit.@Nullable Position position, boolean byScore, int lastDocument) {
    if (position == null) {
      return null;
    }
    long time = Micros.of(position.createTime());
    long tie = position.sessionId().getLeastSignificantBits();
    long sequence = position.sequence();
    Object[] fields =
        byScore
            ? new Object[] {position.score(), time, tie, sequence}
            : new Object[] {time, tie, sequence};
    // With the last document, a document that equals the position in all fields is left out.
    return new FieldDoc(lastDocument, position.score(), fields);
  }

  private static List<SearchHit> hits(IndexSearcher searcher, TopFieldDocs found, boolean byScore)
      throws IOException {
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    List<SearchHit> hits = new ArrayList<>(found.scoreDocs.length);
    for (ScoreDoc scored : found.scoreDocs) {
      Object[] fields = ((FieldDoc) scored).fields;
      int first = byScore ? 1 : 0;
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(scored.doc, leaves));
      BinaryDocValues sessions = DocValues.getBinary(leaf.reader(), Fields.SESSION);
      if (!sessions.advanceExact(scored.doc - leaf.docBase)) {
        throw new IllegalStateException("Every document has a session.");
      }
      hits.add(
          new SearchHit(
              Fields.session(sessions.binaryValue()),
              (long) fields[first + 2],
              byScore ? (float) fields[0] : 0,
              Micros.toInstant((long) fields[first])));
    }
    return hits;
  }

  /** Rejects new searches and waits for running ones. */
  @Override
  public void close() {
    running.arriveAndDeregister();
    running.awaitAdvance(0);
  }
}
