package dev.parley.storage.rocksdb.migration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.engine.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

class LayoutTest {
  private static final byte[] OLD = "old".getBytes(UTF_8);
  private static final byte[] NEW = "new".getBytes(UTF_8);
  private static final byte[] NEWEST = "newest".getBytes(UTF_8);

  /** Layout 0 stores a value at "old", layout 1 at "new", layout 2 at "newest". */
  private static final Layout.Migration FIRST =
      (database, last) -> {
        last.put(database.handle(ColumnFamily.META), NEW, stored(database, OLD));
        last.delete(database.handle(ColumnFamily.META), OLD);
      };

  private static final Layout.Migration SECOND =
      (database, last) -> {
        last.put(database.handle(ColumnFamily.META), NEWEST, stored(database, NEW));
        last.delete(database.handle(ColumnFamily.META), NEW);
      };

  private static final Layout.Migration DYING =
      (database, last) -> {
        SECOND.run(database, last);
        throw new IllegalStateException("died half-way");
      };

  @TempDir Path folder;

  @BeforeEach
  void makeLayoutZero() throws RocksDBException {
    try (Database database = open()) {
      Layout.write(database, 0);
      Batch batch = new Batch(database);
      batch.put(ColumnFamily.META, OLD, OLD);
      batch.commitStaged();
      batch.commit();
    }
  }

  @Test
  void apply_olderLayout_runsEachStepInOrder() throws RocksDBException {
    try (Database database = open()) {
      new Layout(0, List.of(FIRST, SECOND)).apply(database);
    }

    assertStored(2, NEWEST);
  }

  @Test
  void apply_dyingStep_keepsTheStepsBeforeAndGoesOnFromThere() throws RocksDBException {
    try (Database database = open()) {
      assertThatThrownBy(() -> new Layout(0, List.of(FIRST, DYING)).apply(database))
          .hasMessage("died half-way");
    }
    assertStored(1, NEW);

    try (Database database = open()) {
      new Layout(0, List.of(FIRST, SECOND)).apply(database);
    }
    assertStored(2, NEWEST);
  }

  @Test
  void apply_again_doesNothing() throws RocksDBException {
    try (Database database = open()) {
      new Layout(0, List.of(FIRST)).apply(database);
      new Layout(0, List.of(FIRST)).apply(database);
    }

    assertStored(1, NEW);
  }

  @Test
  void apply_newerLayout_refusedNamingBothNumbers() throws RocksDBException {
    try (Database database = open()) {
      Layout.write(database, 3);

      assertThatThrownBy(() -> new Layout(0, List.of(FIRST, SECOND)).apply(database))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessage("its layout is 3, and this version reads layouts up to 2");
    }
  }

  @Test
  void apply_olderThanAnyStep_refused() throws RocksDBException {
    try (Database database = open()) {
      assertThatThrownBy(() -> Layout.CURRENT.apply(database))
          .hasMessage("its layout is 0, and this version reads layouts from 1 on");
    }
  }

  private Database open() throws RocksDBException {
    return new Database(folder, RocksDbSettings.DEFAULTS.blockCacheBytes());
  }

  private void assertStored(int layout, byte[] key) throws RocksDBException {
    try (Database database = open()) {
      assertThat(database.get(ColumnFamily.META, Keys.LAYOUT))
          .isEqualTo(new byte[] {0, 0, 0, (byte) layout});
      assertThat(stored(database, key)).isEqualTo(OLD);
    }
  }

  private static byte[] stored(Database database, byte[] key) {
    return database.get(ColumnFamily.META, key);
  }
}
