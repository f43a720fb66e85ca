package dev.parley.storage.rocksdb.migration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.migration.MigrationPlan;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class LayoutTest {
  private static final byte[] OLD = "old".getBytes(UTF_8);
  private static final byte[] NEW = "new".getBytes(UTF_8);
  private static final byte[] NEWEST = "newest".getBytes(UTF_8);

  /** Layout 0 stores a value at "old", layout 1 at "new", layout 2 at "newest". */
  private static final Layout.Migration FIRST = new Move(OLD, NEW, "Moves old to new.");

  private static final Layout.Migration SECOND = new Move(NEW, NEWEST, "Moves new to newest.");

  private static final Layout.Migration DYING =
      new Move(NEW, NEWEST, "Dies.") {
        @Override
        public void run(Database database, WriteBatch last) throws RocksDBException {
          super.run(database, last);
          throw new IllegalStateException("died half-way");
        }
      };

  private static class Move implements Layout.Migration {
    private final byte[] from;
    private final byte[] to;
    private final String description;

    Move(byte[] from, byte[] to, String description) {
      this.from = from;
      this.to = to;
      this.description = description;
    }

    @Override
    public void run(Database database, WriteBatch last) throws RocksDBException {
      last.put(database.handle(ColumnFamily.META), to, stored(database, from));
      last.delete(database.handle(ColumnFamily.META), from);
    }

    @Override
    public String description() {
      return description;
    }
  }

  @TempDir Path folder;

  @BeforeEach
  void makeLayoutZero() throws RocksDBException {
    try (Database database = open()) {
      Layout.write(database, 0);
      Batch batch = new Batch(database);
      batch.put(ColumnFamily.META, OLD, OLD);
      batch.commitStaged();
      batch.commit(0, 1);
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
  void plan_olderLayout_listsTheMissingStepsAndChangesNothing() throws RocksDBException {
    Layout layout = new Layout(0, List.of(FIRST, SECOND));
    try (Database database = open()) {
      assertThat(layout.plan(database))
          .isEqualTo(
              new MigrationPlan(
                  "layout",
                  "0",
                  List.of(
                      new MigrationPlan.Step("1", "Moves old to new."),
                      new MigrationPlan.Step("2", "Moves new to newest."))));
    }
    assertStored(0, OLD);

    try (Database database = open()) {
      layout.apply(database);
      assertThat(layout.plan(database)).isEqualTo(new MigrationPlan("layout", "2", List.of()));
    }
  }

  /** {@code parley migrate --plan} prints the descriptions. */
  @Test
  void plan_ofThisVersion_describesEachStepInOneSentence() throws RocksDBException {
    try (Database database = open()) {
      Layout.write(database, 1);

      assertThat(Layout.CURRENT.plan(database).steps())
          .hasSize(12)
          .allSatisfy(step -> assertThat(step.description()).matches("[A-Z][^\\n]+\\."));
    }
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
