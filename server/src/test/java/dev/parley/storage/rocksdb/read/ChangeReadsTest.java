package dev.parley.storage.rocksdb.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePage;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.testing.Sessions;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

class ChangeReadsTest {
  @TempDir Path folder;

  /** Entries with lower numbers may not be on disk yet. */
  @Test
  void list_entriesAfterTheLastPosition_areLeftForLater() throws RocksDBException {
    UUID agentId = UUID.randomUUID();
    try (Database database = new Database(folder, RocksDbSettings.DEFAULTS.blockCacheBytes())) {
      Batch batch = new Batch(database);
      for (int i = 0; i < 3; i++) {
        batch.log(Change.ofSession(Sessions.of(agentId)));
      }
      batch.commitStaged();
      batch.commit(0, 11);

      assertThat(list(database, agentId, 10).changes()).isEmpty();
      assertThat(list(database, agentId, 10).next()).isEqualTo(new ChangePosition(10));
      ChangePage two = list(database, agentId, 12);
      assertThat(two.changes())
          .extracting(change -> change.position().number())
          .containsExactly(11L, 12L);
      assertThat(two.next()).isEqualTo(new ChangePosition(12));
      assertThat(list(database, agentId, 13).changes()).hasSize(3);
    }
  }

  private static ChangePage list(Database database, UUID agentId, long last) {
    ChangeQuery query = new ChangeQuery(Set.of(agentId), ChangePosition.START, 9);
    try (DatabaseSnapshot snapshot = database.snapshot()) {
      return ChangeReads.list(snapshot, query, new ChangePosition(last));
    }
  }
}
