package dev.parley.storage.rocksdb.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.commit.Write.Isolation;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

/** A killed process keeps what the kernel has, so crash tests do not notice a missing sync. */
class DurabilityTest {
  private static final int COMMITS = 10;

  @TempDir Path folder;

  @Test
  void everyCommit_syncsTheLogBeforeItsWritesComplete() throws RocksDBException {
    try (Statistics statistics = new Statistics();
        Database database =
            Database.measured(folder, RocksDbSettings.DEFAULTS.blockCacheBytes(), statistics)) {
      BatchCommitter committer =
          new BatchCommitter(database, new ChangeNumbers(0, 0), 0, StoreObserver.NONE);
      for (int i = 0; i < COMMITS; i++) {
        long before = statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
        byte[] key = ("key " + i).getBytes(UTF_8);
        Write<Long> write =
            new Write<>(
                0,
                Isolation.SAME_ID,
                batch -> {
                  batch.put(ColumnFamily.META, key, key);
                  return 0L;
                });
        var syncs =
            write.future().thenApply(done -> statistics.getTickerCount(TickerType.WAL_FILE_SYNCED));

        committer.commit(List.of(write));

        assertThat(syncs).isCompletedWithValueMatching(count -> count > before);
      }
    }
  }
}
