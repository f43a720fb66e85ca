package dev.parley.storage.postgres.search;

import dev.parley.model.Session;
import dev.parley.search.IndexedMessage;
import dev.parley.search.SearchHit;
import dev.parley.search.SearchIndex;
import dev.parley.search.SearchQuery;
import dev.parley.storage.Cancellation;
import dev.parley.storage.commit.Workers;
import dev.parley.storage.live.SessionId;
import dev.parley.storage.postgres.transaction.Transactions;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An index in the database of the store. Several servers change it at the same time: each adds the
 * messages that were appended through it.
 */
public final class PostgresIndex implements SearchIndex {
  private final Transactions transactions;
  private final Workers searchers;
  private volatile Instant through = Instant.EPOCH;

  /**
   * Creates an index that uses the connections of the store.
   *
   * @param searchers runs searches
   */
  public PostgresIndex(Transactions transactions, Workers searchers) {
    this.transactions = transactions;
    this.searchers = searchers;
  }

  @Override
  public void add(List<IndexedMessage> messages) {
    if (!messages.isEmpty()) {
      var unused = transactions.write(connection -> SearchTable.add(connection, messages));
    }
  }

  @Override
  public void remove(SessionId session, long sequence) {
    var unused =
        transactions.write(connection -> SearchTable.remove(connection, session, sequence));
  }

  @Override
  public void remove(SessionId session) {
    var unused = transactions.write(connection -> SearchTable.remove(connection, session));
  }

  @Override
  public void removeAgent(UUID agentId) {
    var unused = transactions.writeLong(connection -> SearchTable.removeAgent(connection, agentId));
  }

  @Override
  public void clear() {
    var unused = transactions.writeLong(SearchTable::clear);
  }

  /** All changes are visible already. */
  @Override
  public void publish(Instant through) {
    this.through = through;
  }

  @Override
  public List<Coverage> coverage(List<Session> sessions) {
    return transactions.read(connection -> SearchTable.coverage(connection, sessions));
  }

  @Override
  public List<SessionId> sessions(@Nullable SessionId after, int limit) {
    return transactions.read(connection -> SearchTable.sessions(connection, after, limit));
  }

  /** Never, because other servers change the store as well. */
  @Override
  public boolean isComplete(long changeNumber) {
    return false;
  }

  /** Has no effect. */
  @Override
  public void markComplete(long changeNumber) {}

  @Override
  public Instant indexedThrough() {
    return through;
  }

  @Override
  public CompletableFuture<List<SearchHit>> search(SearchQuery query, Cancellation cancellation) {
    return searchers.run(
        cancellation,
        () ->
            transactions.read(cancellation, transaction -> SearchTable.search(transaction, query)));
  }

  /** Has no effect: the connections belong to the store. */
  @Override
  public void close() {}
}
