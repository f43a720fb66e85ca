package dev.parley.storage.rocksdb.check;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.check.CheckObserver;
import dev.parley.storage.rocksdb.codec.IndexKeys;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.RunIndexKeys;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Checks that every index entry of sessions leads to a session and is correct for it. */
final class IndexCheck {
  private static final int AT_ONCE = 256;

  private final CheckObserver observer;
  private final Map<UUID, Agent> agents;

  IndexCheck(CheckObserver observer, Map<UUID, Agent> agents) {
    this.observer = observer;
    this.agents = agents;
  }

  /** An index entry and the key of the session row that it leads to. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Entry(byte[] key, byte[] row) {}

  void run(DatabaseSnapshot snapshot) {
    List<Entry> entries = new ArrayList<>();
    try (Scan scan = snapshot.scan(ColumnFamily.INDEXES, new byte[0])) {
      for (scan.seek(new byte[0]); scan.isValid(); scan.next()) {
        byte[] key = scan.key();
        if (RunIndexKeys.isOne(key)) {
          continue;
        }
        byte[] row = IndexKeys.rowOfIndexed(key, scan.value());
        if (row == null) {
          observer.found("an entry with an unknown key format", "indexes");
          continue;
        }
        entries.add(new Entry(key, row));
        if (entries.size() == AT_ONCE) {
          check(snapshot, entries);
          entries.clear();
        }
      }
    }
    check(snapshot, entries);
  }

  private void check(DatabaseSnapshot snapshot, List<Entry> entries) {
    List<byte @Nullable []> values =
        snapshot.getAll(ColumnFamily.SESSIONS, entries.stream().map(Entry::row).toList());
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      String name = SessionsCheck.name(Keys.toId(entry.row()), Keys.sessionIdOf(entry.row()));
      byte[] value = values.get(i);
      if (value == null) {
        observer.found(
            "the list " + IndexKeys.listName(entry.key()) + " leads to no session", name);
      } else if (!isRight(entry, value)) {
        observer.found(
            "the list " + IndexKeys.listName(entry.key()) + " has it in the wrong position", name);
      }
    }
  }

  private boolean isRight(Entry entry, byte[] value) {
    Session session;
    try {
      session = SessionRecords.toSession(entry.row(), value).session();
    } catch (RuntimeException e) {
      // The check of session rows reports this.
      return true;
    }
    Agent agent = agents.get(session.agentId());
    List<byte[]> right =
        new ArrayList<>(agent == null ? List.of() : IndexKeys.indexKeys(agent.owner(), session));
    right.add(IndexKeys.location(session.sessionId()));
    if (!session.isArchived()) {
      right.add(IndexKeys.slot(session.agentId(), session.key()));
    }
    Instant expiryIndexTime = SessionRecords.expiryIndexTime(value);
    if (expiryIndexTime != null) {
      right.add(IndexKeys.expiryIndex(expiryIndexTime, session.sessionId(), session.agentId()));
    }
    return agent == null || right.stream().anyMatch(key -> Arrays.equals(key, entry.key()));
  }
}
