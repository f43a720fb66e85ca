package dev.parley.storage.rocksdb.repair;

import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.check.DamagedStoreException;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import dev.parley.storage.rocksdb.migration.Layout;
import dev.parley.storage.rocksdb.recovery.CommitMarker;
import dev.parley.storage.rocksdb.recovery.Recovery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * What is left of a damaged database, opened from copies of its files. If some tables are damaged,
 * there is a second database with the intact tables only.
 */
final class DamagedDatabase implements AutoCloseable {
  /** The folder of the database within a data folder. */
  static final String FOLDER = "rocksdb";

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final Loss.Receiver losses;
  private final Loss.Receiver ranges;
  private final Set<ColumnFamily> incomplete = EnumSet.noneOf(ColumnFamily.class);
  private @Nullable DatabaseSnapshot all;
  private @Nullable DatabaseSnapshot intact;

  private DamagedDatabase(Loss.Receiver losses) {
    ranges = losses;
    this.losses =
        loss -> {
          // A file may have had entries of all column families.
          incomplete.addAll(EnumSet.allOf(ColumnFamily.class));
          losses.lost(loss);
        };
  }

  /**
   * Opens copies of a database. The originals are only read.
   *
   * @param original the files to copy
   * @param workFolder an empty folder for the copies
   * @param damage receives the file and the reason if a server would not start
   * @param losses receives files that cannot be used and changes that are missing from logs
   * @throws StoreUnavailableException if nothing can be read
   */
  static DamagedDatabase open(
      OriginalFiles original,
      Path workFolder,
      BiConsumer<String, String> damage,
      Loss.Receiver losses)
      throws IOException {
    DamagedDatabase database = new DamagedDatabase(losses);
    try {
      Path copy = original.copyTo(workFolder.resolve("copy"), database.losses);
      database.diagnose(copy, damage);
      database.open(original, copy, workFolder);
      return database;
    } catch (RocksDBException e) {
      database.close();
      throw new StoreUnavailableException("nothing can be read: " + e.getMessage(), e);
    } catch (Throwable e) {
      database.close();
      throw e;
    }
  }

  /** Opens the database as a server would, to learn what is wrong. */
  private void diagnose(Path copy, BiConsumer<String, String> damage) throws IOException {
    try (Database healthy = new Recovery(copy, copy.resolve(FOLDER)).openReadOnly()) {
      requireKnownLayout(healthy);
    } catch (DamagedStoreException e) {
      damage.accept(e.file(), e.damage() + ".");
      if (e.file().endsWith(".log")) {
        losses.lost(Loss.ofFile(e.file(), "The log " + e.damage() + "."));
      }
    } catch (RocksDBException e) {
      damage.accept(FOLDER, String.valueOf(e.getMessage()));
    }
  }

  private void open(OriginalFiles original, Path copy, Path workFolder)
      throws IOException, RocksDBException {
    Tables tables = Tables.read(copy.resolve(FOLDER));
    LogGaps.report(tables.logs(), CommitMarker.read(copy), tables.lastSequence(), losses);
    Database database = tables.openWithManifest(copy);
    if (database == null) {
      losses.lost(
          Loss.ofFile(
              FOLDER + "/MANIFEST",
              "The list of tables is damaged. All tables in the folder were used. If a table is"
                  + " missing, this cannot be noticed."));
      tables.reportUnreadable(losses);
      // Opening the database may have changed the first copy.
      Path again = original.copyTo(workFolder.resolve("again"), loss -> {}).resolve(FOLDER);
      database = tables.openWithout(again, tables.readable());
      tables = tables.in(again);
    } else if (!tables.isComplete(database)) {
      List<TableFile> rest = tables.of(database, losses);
      database.close();
      database = tables.openWithout(copy.resolve(FOLDER), rest);
    }
    all = own(own(database).snapshot());
    requireKnownLayout(database);
    List<TableFile> left = tables.of(database, loss -> {});
    if (left.stream().anyMatch(table -> table.damage() != null)) {
      openIntact(tables, left.stream().filter(t -> t.damage() == null).toList(), workFolder);
    }
  }

  private void openIntact(Tables tables, List<TableFile> undamaged, Path workFolder)
      throws IOException, RocksDBException {
    Path folder = Files.createDirectories(workFolder.resolve("intact"));
    for (TableFile table : undamaged) {
      OriginalFiles.copy(tables.pathOf(table), folder.resolve(table.name()));
    }
    intact = own(own(tables.openWithout(folder, undamaged)).snapshot());
  }

  /** The layout number itself may be lost. Rows of older layouts can be read as they are. */
  private static void requireKnownLayout(Database database) {
    try (DatabaseSnapshot snapshot = database.snapshot();
        Scan scan = snapshot.scan(ColumnFamily.META, Keys.LAYOUT)) {
      scan.seek(Keys.LAYOUT);
      if (scan.error() == null && scan.isValid()) {
        Layout.CURRENT.requireKnown(database);
      }
    }
  }

  /** Scans the entries whose keys have a prefix; all if it is empty. */
  TolerantScan scan(ColumnFamily family, byte[] prefix) {
    if (all == null) {
      throw new IllegalStateException("The database is closed.");
    }
    return new TolerantScan(
        family,
        prefix,
        all,
        intact,
        loss -> {
          incomplete.add(family);
          ranges.lost(loss);
        });
  }

  /** Whether everything in a column family could be read so far. */
  boolean isComplete(ColumnFamily family) {
    return !incomplete.contains(family);
  }

  private <T extends AutoCloseable> T own(T object) {
    opened.add(object);
    return object;
  }

  @Override
  public void close() {
    for (int i = opened.size() - 1; i >= 0; i--) {
      try {
        opened.get(i).close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    opened.clear();
    all = null;
  }
}
