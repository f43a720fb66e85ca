package dev.parley.storage.rocksdb.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.storage.Store;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.rocksdb.codec.RunIndexKeys;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.CheckFindings;
import dev.parley.testing.Sessions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** What the check finds in the index of runs by state. */
class RunIndexCheckTest {
  @TempDir Path folder;

  private final Agent agent = Agents.of("owner");
  private Session session;
  private Run run;

  @BeforeEach
  void makeRun() {
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      store.createAgent(agent, AuditContexts.any()).join();
      session = store.createSession(Sessions.of(agent.agentId())).join();
      run = create(store, Run.State.RUNNING);
    }
  }

  private Run create(Store store, Run.State state) {
    Run created =
        Run.create(
            agent.agentId(),
            session.sessionId(),
            "run",
            state,
            Run.Report.EMPTY,
            Instant.ofEpochSecond(1));
    return store.createRun(Sessions.ref(session), created).join();
  }

  @Test
  void wholeIndex_nothingIsFound() {
    assertThat(CheckFindings.of(RocksDbFolder.take(folder))).isEmpty();
  }

  @Test
  void missingEntry_isNamed() throws RocksDBException {
    damage(batch -> batch.singleDelete(ColumnFamily.INDEXES, RunIndexKeys.of(run)));

    assertFound("run 1 is missing from the list of runs by state");
  }

  @Test
  void entryOfAnotherState_isNamed() throws RocksDBException {
    Run failed = run.withState(Run.State.FAILED, Instant.ofEpochSecond(2));

    damage(batch -> batch.putKeyOnly(ColumnFamily.INDEXES, RunIndexKeys.of(failed)));

    assertFound("the list of runs by state has run 1 in the wrong position");
  }

  @Test
  void entryWithoutARun_isNamed() throws RocksDBException {
    Run gone = run.withNumber(2);

    damage(batch -> batch.putKeyOnly(ColumnFamily.INDEXES, RunIndexKeys.of(gone)));

    assertFound("the list of runs by state leads to no run 2");
  }

  @Test
  void entryOfAnUnknownForm_isNamed() throws RocksDBException {
    byte[] entry = RunIndexKeys.of(run);
    byte[] longer = Arrays.copyOf(entry, entry.length + 1);

    damage(batch -> batch.putKeyOnly(ColumnFamily.INDEXES, longer));

    assertThat(CheckFindings.of(RocksDbFolder.take(folder)))
        .containsExactly("indexes: an entry with an unknown key format");
  }

  private void assertFound(String what) {
    assertThat(CheckFindings.of(RocksDbFolder.take(folder)))
        .containsExactly(
            "session %s of agent %s: %s".formatted(session.sessionId(), agent.agentId(), what));
  }

  private void damage(Consumer<Batch> change) throws RocksDBException {
    try (Database database =
        new Database(folder.resolve("rocksdb"), RocksDbSettings.DEFAULTS.blockCacheBytes())) {
      Batch batch = new Batch(database);
      change.accept(batch);
      batch.commitStaged();
      batch.commit(0, 1);
    }
  }
}
