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
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An index in the database of the store. Several servers change it at the same time: each adds the
 * messages that were appended through it.
 */
public final class PostgresIndex implements SearchIndex {
  private static final Logger log = LoggerFactory.getLogger(PostgresIndex.class);
  private static final long PART_BYTES_MAX = 1 << 20;
  private static final int PART_MESSAGES_MAX = 500;

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
    List<IndexedMessage> part = new ArrayList<>();
    long bytes = 0;
    for (IndexedMessage message : messages) {
      part.add(message);
      bytes += message.message().bytes();
      if (bytes > PART_BYTES_MAX || part.size() == PART_MESSAGES_MAX) {
        addPart(part);
        part.clear();
        bytes = 0;
      }
    }
    addPart(part);
  }

  /** Adds messages in a transaction that is short enough for the time limit. */
  private void addPart(List<IndexedMessage> part) {
    if (part.isEmpty()) {
      return;
    }
    try {
      add(part, false);
    } catch (IllegalStateException e) {
      // The database rejects a statement. Find the message.
      part.forEach(this::addAlone);
    }
  }

  private void addAlone(IndexedMessage message) {
    try {
      add(List.of(message), false);
    } catch (IllegalStateException e) {
      log.error(
          "The text of a message cannot be indexed, so searches do not find it: session={}"
              + " sequence={}",
          message.session().sessionId(),
          message.message().sequence(),
          e);
      add(List.of(message), true);
    }
  }

  private void add(List<IndexedMessage> part, boolean withoutText) {
    var unused = transactions.write(connection -> SearchTable.add(connection, part, withoutText));
  }

  @Override
  public void remove(SessionId session, long sequence) {
    var unused =
        transactions.write(connection -> SearchTable.remove(connection, session, sequence));
  }

  @Override
  public void remove(SessionId session) {
    var unused = transactions.writeLong(connection -> SearchTable.remove(connection, session));
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
