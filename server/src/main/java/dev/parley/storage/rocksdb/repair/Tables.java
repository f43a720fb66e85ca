package dev.parley.storage.rocksdb.repair;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.recovery.CommitMarker;
import dev.parley.storage.rocksdb.recovery.LogFile;
import dev.parley.storage.rocksdb.recovery.OptionsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** The files of a copied database, and the ways to open it. */
final class Tables {
  private static final String MANIFEST = "MANIFEST-";
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private static final Set<String> NOT_REPAIRED =
      ColumnFamily.NOT_REPAIRED.stream()
          .map(family -> new String(family.diskName(), UTF_8))
          .collect(Collectors.toSet());

  private final Path folder;
  private final Map<String, TableFile> readable = new HashMap<>();
  private final Set<String> unreadable = new HashSet<>();

  private Tables(Path folder) {
    this.folder = folder;
  }

  /** Reads all tables and verifies their checksums. */
  static Tables read(Path folder) throws IOException {
    Tables tables = new Tables(folder);
    tables.update();
    return tables;
  }

  /** The same tables in another folder. */
  Tables in(Path folder) {
    Tables tables = new Tables(folder);
    tables.readable.putAll(readable);
    tables.unreadable.addAll(unreadable);
    return tables;
  }

  /** Reads tables that were written since. */
  private void update() throws IOException {
    for (Path file : OriginalFiles.list(folder)) {
      String name = OriginalFiles.nameOf(file);
      if (name.endsWith(TableFile.SUFFIX) && !readable.containsKey(name)) {
        try {
          readable.put(name, TableFile.read(file));
        } catch (RocksDBException e) {
          unreadable.add(name);
        }
      }
    }
  }

  /** Reports the tables that cannot be used at all. */
  void reportUnreadable(Loss.Receiver losses) {
    unreadable.forEach(name -> losses.lost(loss(name, "The table cannot be read.")));
  }

  private static Loss loss(String table, String reason) {
    return Loss.ofFile(DamagedDatabase.FOLDER + "/" + table, reason);
  }

  Path pathOf(TableFile table) {
    return folder.resolve(table.name());
  }

  List<TableFile> readable() {
    return List.copyOf(readable.values());
  }

  /** The number of the newest change in a table. */
  long lastSequence() {
    return readable.values().stream().mapToLong(TableFile::lastSequence).max().orElse(0);
  }

  List<Path> logs() throws IOException {
    return LogFile.list(folder);
  }

  /** Opens the database with its own manifest; null if that is damaged. */
  @Nullable Database openWithManifest(Path dataFolder) throws IOException {
    Path manifest = newest(MANIFEST);
    if (manifest == null
        || LogFile.scan(manifest).isDamaged()
        || CommitMarker.isManifestDamaged(dataFolder, manifest)) {
      return null;
    }
    // CURRENT only names the manifest.
    ManifestWriter.setCurrent(folder, OriginalFiles.nameOf(manifest));
    Set<String> found = Set.copyOf(readable.keySet());
    Database database;
    try {
      // A manifest that was cut between two records looks undamaged.
      if (!Database.listFamilies(folder).containsAll(OptionsFile.families(folder))) {
        return null;
      }
      database = Database.salvage(folder);
    } catch (RocksDBException e) {
      return null;
    }
    if (!database.tables().keySet().containsAll(found)) {
      database.close();
      return null;
    }
    return database;
  }

  /** The file with this prefix and the highest number. */
  private @Nullable Path newest(String prefix) throws IOException {
    Path newest = null;
    for (Path file : OriginalFiles.list(folder)) {
      if (OriginalFiles.nameOf(file).startsWith(prefix)
          && (newest == null || numberOf(file) > numberOf(newest))) {
        newest = file;
      }
    }
    return newest;
  }

  /** Opens the database of a folder with a new manifest for some tables. */
  Database openWithout(Path folder, List<TableFile> tables) throws IOException, RocksDBException {
    long unused = 1;
    for (Path file : OriginalFiles.list(folder)) {
      unused = Math.max(unused, numberOf(file) + 1);
    }
    ManifestWriter.write(folder, families(), tables, unused);
    return Database.salvage(folder);
  }

  /** Whether all tables of an open database exist and can be read. */
  boolean isComplete(Database database) throws IOException {
    update();
    return readable.keySet().containsAll(database.tables().keySet());
  }

  /** The tables of an open database that can be read. Reports the others. */
  List<TableFile> of(Database database, Loss.Receiver losses) throws IOException {
    update();
    List<TableFile> rest = new ArrayList<>();
    database
        .tables()
        .forEach(
            (name, family) -> {
              TableFile table = readable.get(name);
              if (table != null) {
                rest.add(table);
              } else if (!NOT_REPAIRED.contains(family)) {
                String problem = unreadable.contains(name) ? "cannot be read" : "is missing";
                String contents = family.replace('-', ' ');
                losses.lost(loss(name, "The table " + problem + ". It had " + contents + "."));
              }
            });
    return rest;
  }

  /**
   * The column families by number. RocksDB numbers them in the order in which they were created.
   */
  private SortedMap<Integer, String> families() throws IOException {
    List<String> names = OptionsFile.families(folder);
    for (ColumnFamily family : ColumnFamily.values()) {
      String name = new String(family.diskName(), UTF_8);
      if (!names.contains(name)) {
        names.add(name);
      }
    }
    SortedMap<Integer, String> families = new TreeMap<>();
    readable.values().forEach(table -> families.put(table.familyId(), table.familyName()));
    for (int i = 0; i < names.size(); i++) {
      if (!families.containsValue(names.get(i))) {
        families.putIfAbsent(i, names.get(i));
      }
    }
    return families;
  }

  private static long numberOf(Path file) {
    Matcher number = NUMBER.matcher(OriginalFiles.nameOf(file));
    return number.find() ? Long.parseLong(number.group()) : 0;
  }
}
