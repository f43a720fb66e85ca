package dev.parley.storage.rocksdb.check;

import dev.parley.model.Agent;
import dev.parley.model.SessionException;
import dev.parley.storage.StoreCounts;
import dev.parley.storage.check.CheckObserver;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import java.util.Map;
import java.util.UUID;
import org.rocksdb.RocksDBException;

/** Checks an embedded store: files, agents, keys, sessions, indexes and logs. */
public final class RocksDbCheck {
  private final Database database;
  private final CheckObserver observer;

  public RocksDbCheck(Database database, CheckObserver observer) {
    this.database = database;
    this.observer = observer;
  }

  public StoreCounts run() {
    try {
      database.verifyChecksums();
    } catch (RocksDBException e) {
      observer.found("a file is damaged", String.valueOf(e.getMessage()));
    }
    AgentAndKeyCheck directory = new AgentAndKeyCheck(observer);
    SessionsCheck sessions = new SessionsCheck(observer, directory.agents());
    try (DatabaseSnapshot snapshot = database.snapshot()) {
      observer.expect(database.roughCount(ColumnFamily.SESSIONS));
      unlessUnreadable("agents and keys", () -> directory.run(snapshot));
      unlessUnreadable("sessions", () -> sessions.run(snapshot));
      Map<UUID, Agent> agents = directory.agents();
      unlessUnreadable("audit log", () -> new AuditCheck(observer).run(snapshot));
      unlessUnreadable("change log", () -> new ChangesCheck(observer, agents).run(snapshot));
      unlessUnreadable("indexes", () -> new IndexCheck(observer, agents).run(snapshot));
      unlessUnreadable("index of runs", () -> new RunIndexCheck(observer).run(snapshot));
    }
    return new StoreCounts(
        directory.agents().size(),
        directory.keys(),
        sessions.sessions(),
        sessions.messages(),
        sessions.runs());
  }

  /** A read error ends one part of the check, not the whole check. */
  private void unlessUnreadable(String what, Runnable part) {
    try {
      part.run();
    } catch (SessionException e) {
      observer.found("some data cannot be read", what);
    }
  }
}
