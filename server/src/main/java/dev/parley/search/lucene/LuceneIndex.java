package dev.parley.search.lucene;

import dev.parley.model.Session;
import dev.parley.search.DamagedIndexException;
import dev.parley.search.IndexedMessage;
import dev.parley.search.SearchHit;
import dev.parley.search.SearchIndex;
import dev.parley.search.SearchIndexException;
import dev.parley.search.SearchQuery;
import dev.parley.search.text.MessageAnalyzer;
import dev.parley.search.text.SearchableText;
import dev.parley.storage.Cancellation;
import dev.parley.storage.live.SessionId;
import dev.parley.storage.rules.Micros;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.PointValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopFieldDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An index in a folder. Changes become durable every few seconds. After a crash the index lacks the
 * last changes; it then says that it is not complete.
 */
public final class LuceneIndex implements SearchIndex {
  private static final Logger log = LoggerFactory.getLogger(LuceneIndex.class);
  private static final double BUFFER_MIB = 16;
  private static final int MERGES_MAX = 3;

  private final Directory directory;
  private final IndexWriter writer;
  private final SearcherManager searchers;
  private final Searches searches;
  private final CommitState state;

  private LuceneIndex(Directory directory, IndexWriter writer, Executor executor)
      throws IOException {
    this.directory = directory;
    this.writer = writer;
    searchers = new SearcherManager(writer, null);
    searches = new Searches(searchers, executor);
    state = CommitState.of(writer);
  }

  /**
   * Opens the index in a folder, or creates one. The folder must not be used by another index.
   *
   * @param executor runs searches; it throws RejectedExecutionException if too many wait
   * @throws DamagedIndexException if the index is damaged or has another version
   * @throws SearchIndexException if the folder cannot be read or written
   */
  public static LuceneIndex open(Path folder, Executor executor) {
    try {
      Directory directory = FSDirectory.open(folder);
      try {
        CommitState.requireVersion(directory);
        IndexWriter writer = new IndexWriter(directory, configuration());
        return new LuceneIndex(directory, writer, executor);
      } catch (Throwable e) {
        directory.close();
        throw e;
      }
    } catch (CorruptIndexException
        | IndexFormatTooOldException
        | IndexFormatTooNewException
        | FileNotFoundException
        | NoSuchFileException
        | EOFException
        | IllegalArgumentException e) {
      throw new DamagedIndexException("The search index in " + folder + " is damaged.", e);
    } catch (IOException e) {
      throw new SearchIndexException("The search index in " + folder + " cannot be opened.", e);
    }
  }

  private static IndexWriterConfig configuration() {
    ConcurrentMergeScheduler merges = new ConcurrentMergeScheduler();
    merges.setMaxMergesAndThreads(MERGES_MAX, 1);
    return new IndexWriterConfig(MessageAnalyzer.ofMessages())
        .setRAMBufferSizeMB(BUFFER_MIB)
        .setMergeScheduler(merges)
        .setLeafSorter(Comparator.comparingLong(LuceneIndex::newestTime).reversed())
        .setCommitOnClose(false);
  }

  /**
   * The time of the newest message of a segment. A search for the newest messages reads the newest
   * segments first, and then skips the others.
   */
  private static long newestTime(LeafReader segment) {
    try {
      PointValues times = segment.getPointValues(Fields.TIME);
      return times == null
          ? Long.MIN_VALUE
          : LongPoint.decodeDimension(times.getMaxPackedValue(), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void add(List<IndexedMessage> messages) {
    if (messages.isEmpty()) {
      return;
    }
    change(
        () -> {
          for (IndexedMessage message : messages) {
            add(message);
          }
        });
  }

  private void add(IndexedMessage message) throws IOException {
    String text = SearchableText.of(message.message().draft().content());
    try {
      writer.addDocument(document(message, text));
    } catch (IllegalArgumentException e) {
      log.error(
          "The text of a message cannot be indexed, so searches do not find it: session={}"
              + " sequence={}",
          message.session().sessionId(),
          message.message().sequence(),
          e);
      writer.addDocument(document(message, ""));
    }
  }

  private static Document document(IndexedMessage indexed, String text) {
    SessionId session = indexed.session();
    BytesRef sessionBytes = Fields.bytes(session);
    long time = Micros.of(indexed.message().createTime());
    long sequence = indexed.message().sequence();
    Document document = new Document();
    document.add(new TextField(Fields.TEXT, text, Store.NO));
    document.add(new StringField(Fields.SESSION, sessionBytes, Store.NO));
    document.add(new BinaryDocValuesField(Fields.SESSION, sessionBytes));
    document.add(new StringField(Fields.SESSION_ID, Fields.bytes(session.sessionId()), Store.NO));
    document.add(new StringField(Fields.AGENT, Fields.bytes(session.agentId()), Store.NO));
    document.add(new StringField(Fields.OWNER, indexed.owner(), Store.NO));
    document.add(
        indexed.user() == null
            ? new StringField(Fields.NO_USER, "", Store.NO)
            : new StringField(Fields.USER, indexed.user(), Store.NO));
    document.add(new StringField(Fields.ROLE, indexed.message().draft().role().name(), Store.NO));
    document.add(new LongPoint(Fields.TIME, time));
    document.add(new NumericDocValuesField(Fields.TIME, time));
    document.add(new LongPoint(Fields.SEQUENCE, sequence));
    document.add(new NumericDocValuesField(Fields.SEQUENCE, sequence));
    document.add(
        new NumericDocValuesField(Fields.TIE, session.sessionId().getLeastSignificantBits()));
    return document;
  }

  @Override
  public void remove(SessionId session, long sequence) {
    Query message =
        new BooleanQuery.Builder()
            .add(new TermQuery(Fields.term(session)), Occur.FILTER)
            .add(LongPoint.newExactQuery(Fields.SEQUENCE, sequence), Occur.FILTER)
            .build();
    change(() -> writer.deleteDocuments(message));
  }

  @Override
  public void remove(SessionId session) {
    change(() -> writer.deleteDocuments(Fields.term(session)));
  }

  @Override
  public void removeAgent(UUID agentId) {
    change(() -> writer.deleteDocuments(new Term(Fields.AGENT, Fields.bytes(agentId))));
  }

  @Override
  public void clear() {
    change(writer::deleteAll);
  }

  @Override
  public void publish(Instant through) {
    run(
        () -> {
          searchers.maybeRefreshBlocking();
          state.published(through);
          state.commitIfDue();
        });
  }

  @Override
  public List<Coverage> coverage(List<Session> sessions) {
    return query(
        searcher -> {
          List<Coverage> coverage = new ArrayList<>(sessions.size());
          for (Session session : sessions) {
            coverage.add(coverage(searcher, SessionId.of(session), session.profile().user()));
          }
          return coverage;
        });
  }

  private static Coverage coverage(IndexSearcher searcher, SessionId session, @Nullable String user)
      throws IOException {
    Query all = new TermQuery(Fields.term(session));
    long count = searcher.count(all);
    if (count == 0) {
      return Coverage.NONE;
    }
    Query ofUser =
        new TermQuery(user == null ? new Term(Fields.NO_USER, "") : new Term(Fields.USER, user));
    long found =
        searcher.count(
            new BooleanQuery.Builder().add(all, Occur.FILTER).add(ofUser, Occur.FILTER).build());
    return new Coverage(
        count, found, endSequence(searcher, all, false), endSequence(searcher, all, true));
  }

  private static long endSequence(IndexSearcher searcher, Query session, boolean last)
      throws IOException {
    SortField bySequence = new SortField(Fields.SEQUENCE, SortField.Type.LONG, last);
    TopFieldDocs found = searcher.search(session, 1, new Sort(bySequence));
    return (long) ((FieldDoc) found.scoreDocs[0]).fields[0];
  }

  @Override
  public List<SessionId> sessions(@Nullable SessionId after, int limit) {
    return query(
        searcher -> {
          List<SessionId> sessions = new ArrayList<>();
          Terms terms = MultiTerms.getTerms(searcher.getIndexReader(), Fields.SESSION);
          if (terms == null) {
            return sessions;
          }
          TermsEnum each = terms.iterator();
          BytesRef start = after == null ? new BytesRef() : Fields.bytes(after);
          TermsEnum.SeekStatus found = each.seekCeil(start);
          BytesRef bytes = found == TermsEnum.SeekStatus.END ? null : each.term();
          if (found == TermsEnum.SeekStatus.FOUND) {
            bytes = each.next();
          }
          for (; bytes != null && sessions.size() < limit; bytes = each.next()) {
            sessions.add(Fields.session(bytes));
          }
          return sessions;
        });
  }

  @Override
  public boolean isComplete(long changeNumber) {
    return state.isComplete(changeNumber);
  }

  @Override
  public void markComplete(long changeNumber) {
    run(() -> state.commitComplete(changeNumber));
  }

  @Override
  public Instant indexedThrough() {
    return state.through();
  }

  @Override
  public CompletableFuture<List<SearchHit>> search(SearchQuery query, Cancellation cancellation) {
    return searches.search(query, cancellation);
  }

  @Override
  public void close() {
    searches.close();
    List<IOException> failures = new ArrayList<>();
    for (AutoCloseable part : List.<AutoCloseable>of(searchers, writer::rollback, directory)) {
      try {
        part.close();
      } catch (IOException e) {
        failures.add(e);
      } catch (Exception e) {
        throw new IllegalStateException("Only files are closed.", e);
      }
    }
    if (!failures.isEmpty()) {
      throw new SearchIndexException("The search index was not closed cleanly.", failures.get(0));
    }
  }

  private void change(Action action) {
    run(
        () -> {
          state.changing();
          action.run();
        });
  }

  private static void run(Action action) {
    try {
      action.run();
    } catch (IOException e) {
      throw new SearchIndexException("The search index cannot be written: " + e.getMessage(), e);
    }
  }

  private <T> T query(Read<T> read) {
    try {
      IndexSearcher searcher = searchers.acquire();
      try {
        return read.of(searcher);
      } finally {
        searchers.release(searcher);
      }
    } catch (IOException e) {
      throw new SearchIndexException("The search index cannot be read: " + e.getMessage(), e);
    }
  }

  /** A change of the index. */
  private interface Action {
    void run() throws IOException;
  }

  /** A read of the index. */
  private interface Read<T> {
    T of(IndexSearcher searcher) throws IOException;
  }
}
