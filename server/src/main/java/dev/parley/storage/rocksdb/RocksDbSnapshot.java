package dev.parley.storage.rocksdb;

import dev.parley.model.Json;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.KeyQuery;
import dev.parley.storage.MessagePage;
import dev.parley.storage.MessageQuery;
import dev.parley.storage.RunPage;
import dev.parley.storage.RunQuery;
import dev.parley.storage.SessionQuery;
import dev.parley.storage.StoreSnapshot;
import dev.parley.storage.commit.SnapshotPool;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A snapshot of the embedded store. Holds a state of the database, and between reads no iterator.
 */
final class RocksDbSnapshot implements StoreSnapshot {
  private static final SessionReads SESSIONS = new SessionReads(AgentIds.OF_VIEW);

  private final SnapshotPool<View>.Handle handle;

  RocksDbSnapshot(SnapshotPool<View>.Handle handle) {
    this.handle = handle;
  }

  @Override
  public CompletableFuture<List<Session>> listSessions(SessionQuery query) {
    return handle.read(view -> SESSIONS.list(view, query));
  }

  @Override
  public CompletableFuture<List<String>> listKeys(KeyQuery query) {
    return handle.read(view -> KeyReads.list(view, AgentIds.OF_VIEW, query));
  }

  @Override
  public CompletableFuture<Optional<MessagePage>> listMessages(MessageQuery query) {
    return handle.read(view -> MessageReads.list(view, query));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> listRuns(RunQuery query) {
    return handle.read(view -> RunReads.list(view, query));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> findRuns(SessionRef.ById ref, Set<String> runIds) {
    return handle.read(view -> RunReads.find(view, ref, runIds));
  }

  @Override
  public CompletableFuture<Optional<Map<String, List<Json>>>> findContexts(
      SessionRef.ById ref, Set<String> runIds) {
    return handle.read(view -> RunReads.contexts(view, ref, runIds));
  }

  @Override
  public void close() {
    handle.close();
  }
}
