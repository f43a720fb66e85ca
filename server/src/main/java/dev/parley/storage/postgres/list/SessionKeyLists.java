package dev.parley.storage.postgres.list;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import dev.parley.storage.query.KeyQuery;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Reads pages of the keys that active sessions hold. It queries one agent at a time, so that each
 * statement runs on one shard, and keeps only the smallest keys of the page.
 */
public final class SessionKeyLists {
  private static final int ROWS_AT_ONCE = 256;

  private final KeyQuery query;
  private final TreeSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
  private long bytes;

  private SessionKeyLists(KeyQuery query) {
    this.query = query;
  }

  public static List<String> list(ReadTransaction transaction, KeyQuery query) throws SQLException {
    SessionKeyLists lists = new SessionKeyLists(query);
    for (UUID agentId : SessionLists.agents(transaction, query.filter())) {
      lists.addKeysOf(transaction, agentId);
    }
    return lists.keys.stream().map(key -> new String(key, UTF_8)).toList();
  }

  private void addKeysOf(ReadTransaction transaction, UUID agentId) throws SQLException {
    SessionPart part = SessionPart.of(query.filter());
    try (BoundStatement statement = transaction.statement(part.keys())) {
      statement.with(agentId);
      part.bind(statement, query.filter());
      statement
          .withText(query.after() == null ? "" : query.after())
          .with(query.limit())
          .forEachRow(ROWS_AT_ONCE, Row::text, this::add);
    }
  }

  /** Adds a key and removes keys that no longer fit on the page. Returns whether the key stays. */
  private boolean add(String text) {
    byte[] key = text.getBytes(UTF_8);
    if (!keys.add(key)) {
      return true;
    }
    bytes += key.length;
    boolean stays = true;
    while (keys.size() > query.limit()
        || (keys.size() > 1 && bytes - keys.last().length > query.bytesMax())) {
      byte[] largest = keys.pollLast();
      bytes -= largest.length;
      stays &= largest != key;
    }
    return stays;
  }
}
