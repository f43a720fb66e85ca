package dev.parley.storage.rocksdb;

import dev.parley.model.Json;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.StoreSnapshot;
import dev.parley.storage.commit.SnapshotPool;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.query.SessionQuery;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.read.AgentResolver;
import dev.parley.storage.rocksdb.read.MessageReads;
import dev.parley.storage.rocksdb.read.RunReads;
import dev.parley.storage.rocksdb.read.SessionKeyReads;
import dev.parley.storage.rocksdb.read.SessionReads;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A snapshot of the embedded store. It holds a database snapshot, but no iterator between reads.
 */
final class RocksDbSnapshot implements StoreSnapshot {
  private static final SessionReads SESSIONS = new SessionReads(AgentResolver.OF_SNAPSHOT);

  private final SnapshotPool<DatabaseSnapshot>.Handle handle;

  RocksDbSnapshot(SnapshotPool<DatabaseSnapshot>.Handle handle) {
    this.handle = handle;
  }

  @Override
  public CompletableFuture<List<Session>> listSessions(SessionQuery query) {
    return handle.read(snapshot -> SESSIONS.list(snapshot, query));
  }

  @Override
  public CompletableFuture<List<String>> listKeys(KeyQuery query) {
    return handle.read(
        snapshot -> SessionKeyReads.list(snapshot, AgentResolver.OF_SNAPSHOT, query));
  }

  @Override
  public CompletableFuture<Optional<MessagePage>> listMessages(MessageQuery query) {
    return handle.read(snapshot -> MessageReads.list(snapshot, query));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> listRuns(RunQuery query) {
    return handle.read(snapshot -> RunReads.list(snapshot, query));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> findRuns(SessionRef.ById ref, Set<String> runIds) {
    return handle.read(snapshot -> RunReads.find(snapshot, ref, runIds));
  }

  @Override
  public CompletableFuture<Optional<Map<String, List<Json>>>> findContexts(
      SessionRef.ById ref, Set<String> runIds) {
    return handle.read(snapshot -> RunReads.contexts(snapshot, ref, runIds));
  }

  @Override
  public void close() {
    handle.close();
  }
}
