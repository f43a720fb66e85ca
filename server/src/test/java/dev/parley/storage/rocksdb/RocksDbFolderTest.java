package dev.parley.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.storage.FrozenStore;
import dev.parley.storage.Store;
import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.migration.Layout;
import dev.parley.testing.CheckFindings;
import dev.parley.testing.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data folders that a command opens without a server. */
class RocksDbFolderTest {
  @TempDir Path temp;

  @Test
  void take_folderInUse_refusedNamingWho() {
    Path folder = temp.resolve("used");
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      assertThat(RocksDbFolder.isInUse(folder)).isTrue();
      assertThatThrownBy(() -> RocksDbFolder.take(folder))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("is in use by process " + ProcessHandle.current().pid());
    }
    assertThat(RocksDbFolder.isInUse(folder)).isFalse();
  }

  @Test
  void isInUse_folderThatCannotBeLocked_failsInsteadOfAnsweringYes() throws IOException {
    Files.createDirectory(temp.resolve("parley.lock"));

    assertThatThrownBy(() -> RocksDbFolder.isInUse(temp))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("cannot be used: ");
  }

  @Test
  void take_noStore_refused() {
    assertThatThrownBy(() -> RocksDbFolder.take(temp))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("no Parley store found in");
  }

  /** A store of an older version can be backed up and restored. A server migrates it. */
  @Test
  void run_olderLayout_refusedAndFrozenAllTheSame() throws Exception {
    Path folder = store();
    try (Database database =
        new Database(RocksDbFolder.filesOf(folder), RocksDbSettings.DEFAULTS.blockCacheBytes())) {
      Layout.write(database, 1);
    }

    try (RocksDbFolder taken = RocksDbFolder.take(folder);
        FrozenStore store = taken.freeze()) {
      assertThat(store.layout()).isEqualTo(1);
      assertThat(store.counts().sessions()).isEqualTo(9);
      assertThatThrownBy(() -> taken.run(new CheckFindings()))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessage("its layout is 1: start a server of this version on it to migrate it");
    }
  }

  @Test
  void take_newerLayout_refusedNamingBoth() throws Exception {
    Path folder = store();
    try (Database database =
        new Database(RocksDbFolder.filesOf(folder), RocksDbSettings.DEFAULTS.blockCacheBytes())) {
      Layout.write(database, 99);
    }

    assertThatThrownBy(() -> RocksDbFolder.take(folder))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("its layout is 99, and this version reads layouts up to ");
  }

  private Path store() throws IOException {
    Path folder = temp.resolve("data");
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      SampleData.fill(store, 1, 9, 10);
    }
    return folder;
  }
}
