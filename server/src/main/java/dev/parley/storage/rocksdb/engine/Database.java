package dev.parley.storage.rocksdb.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.Cancellation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open database with its native objects.
 *
 * <p>Using a closed native object crashes the process. Before closing this, stop all threads that
 * use it.
 */
public final class Database implements RowReader, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Database.class);
  private static final long OFFLINE_BLOCK_CACHE_BYTES = 128L * 1024 * 1024;

  private final List<AutoCloseable> owned = new ArrayList<>();
  private final Map<ColumnFamily, ColumnFamilyHandle> handles = new EnumMap<>(ColumnFamily.class);
  private final List<String> foreignFamilies = new ArrayList<>();
  private final RocksDB db;
  private final ReadOptions latest;
  private final WriteOptions durable;
  private final CacheOnlyReader memory;
  private final CommitListener listener;

  /**
   * Opens the database in the existing folder {@code folder}, or creates it if the folder is empty.
   */
  public Database(Path folder, long blockCacheBytes) throws RocksDBException {
    this(folder, blockCacheBytes, CommitListener.NONE);
  }

  /**
   * Opens the database as above.
   *
   * @param listener receives the sequence number of each commit and changes of the manifest
   */
  public Database(Path folder, long blockCacheBytes, CommitListener listener)
      throws RocksDBException {
    this(folder, blockCacheBytes, listener, Mode.WRITE, null);
  }

  /** Opens the database with RocksDB's statistics, for tests. */
  public static Database measured(Path folder, long blockCacheBytes, Statistics statistics)
      throws RocksDBException {
    return new Database(folder, blockCacheBytes, CommitListener.NONE, Mode.WRITE, statistics);
  }

  /** Opens an existing database for reading. Changes no files and creates none. */
  public static Database readOnly(Path folder) throws RocksDBException {
    return open(folder, Mode.READ);
  }

  /**
   * Opens what is left of a damaged database. Changes files: what can be read of the logs is
   * written to tables. Tables that are missing or damaged make reads of their key range fail.
   */
  public static Database salvage(Path folder) throws RocksDBException {
    return open(folder, Mode.SALVAGE);
  }

  private static Database open(Path folder, Mode mode) throws RocksDBException {
    return new Database(folder, OFFLINE_BLOCK_CACHE_BYTES, CommitListener.NONE, mode, null);
  }

  private enum Mode {
    WRITE,
    READ,
    SALVAGE
  }

  private Database(
      Path folder,
      long blockCacheBytes,
      CommitListener listener,
      Mode mode,
      @Nullable Statistics statistics)
      throws RocksDBException {
    this.listener = own(listener);
    boolean readOnly = mode == Mode.READ;
    RocksDB.loadLibrary();
    try {
      Tuning tuning = own(new Tuning(blockCacheBytes));
      DBOptions options = own(mode == Mode.SALVAGE ? tuning.damagedDatabase() : tuning.database());
      if (statistics != null) {
        options.setStatistics(statistics);
      }
      latest = own(new ReadOptions());
      durable = own(new WriteOptions().setSync(true));
      memory = own(new CacheOnlyReader(this));
      List<ColumnFamilyDescriptor> families = new ArrayList<>();
      List<ColumnFamily> known =
          readOnly ? existingFamilies(folder) : List.of(ColumnFamily.values());
      for (ColumnFamily family : known) {
        ColumnFamilyOptions ofFamily = own(tuning.family(family));
        // A compaction of damaged tables would fail.
        ofFamily.setDisableAutoCompactions(mode == Mode.SALVAGE);
        families.add(new ColumnFamilyDescriptor(family.diskName(), ofFamily));
      }
      families.addAll(foreignFamilies(folder));
      List<ColumnFamilyHandle> opened = new ArrayList<>();
      ManifestListener manifest = own(new ManifestListener(listener));
      if (listener != CommitListener.NONE) {
        options.setListeners(List.of(manifest));
      }
      if (readOnly) {
        options.setLogger(own(new NoOpLogger()));
      }
      db =
          own(
              readOnly
                  ? RocksDB.openReadOnly(options, folder.toString(), families, opened)
                  : RocksDB.open(options, folder.toString(), families, opened));
      opened.forEach(this::own);
      for (int i = 0; i < known.size(); i++) {
        handles.put(known.get(i), opened.get(i));
      }
      if (listener != CommitListener.NONE) {
        manifest.report(db);
        // Closed first.
        own(() -> manifest.reportLast(db));
      }
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /** Column families of a newer layout. RocksDB requires that all existing families are opened. */
  private List<ColumnFamilyDescriptor> foreignFamilies(Path folder) throws RocksDBException {
    List<ColumnFamilyDescriptor> foreign = new ArrayList<>();
    if (!Files.exists(folder.resolve("CURRENT"))) {
      return foreign;
    }
    for (byte[] name : familyNames(folder)) {
      if (Arrays.stream(ColumnFamily.values()).noneMatch(f -> Arrays.equals(f.diskName(), name))) {
        foreignFamilies.add(new String(name, UTF_8));
        foreign.add(new ColumnFamilyDescriptor(name, own(new ColumnFamilyOptions())));
      }
    }
    return foreign;
  }

  /** The column families that exist. Older layouts have fewer. */
  private static List<ColumnFamily> existingFamilies(Path folder) throws RocksDBException {
    List<byte[]> names = familyNames(folder);
    if (names.isEmpty()) {
      // The list cannot be read. Opening the database reports the reason.
      return List.of(ColumnFamily.values());
    }
    return Arrays.stream(ColumnFamily.values())
        .filter(family -> names.stream().anyMatch(name -> Arrays.equals(family.diskName(), name)))
        .toList();
  }

  private static List<byte[]> familyNames(Path folder) throws RocksDBException {
    try (Options options = new Options()) {
      return RocksDB.listColumnFamilies(options, folder.toString());
    }
  }

  /** The names of the column families in the manifest; empty if it cannot be read. */
  public static List<String> listFamilies(Path folder) throws RocksDBException {
    return familyNames(folder).stream().map(name -> new String(name, UTF_8)).toList();
  }

  /** The names of column families that this version does not know. */
  public List<String> foreignFamilies() {
    return Collections.unmodifiableList(foreignFamilies);
  }

  /** Whether the database contains no entries. */
  public boolean isEmpty() {
    try (DatabaseSnapshot snapshot = snapshot()) {
      for (ColumnFamily family : ColumnFamily.values()) {
        try (Scan scan = snapshot.scan(family, new byte[0])) {
          scan.seek(new byte[0]);
          if (scan.isValid()) {
            return false;
          }
        }
      }
      return true;
    }
  }

  @Override
  public byte @Nullable [] get(ColumnFamily family, byte[] key) {
    return get(latest, family, key);
  }

  @Override
  public List<byte @Nullable []> getAll(ColumnFamily family, List<byte[]> keys) {
    return getAll(latest, family, keys);
  }

  public byte @Nullable [] get(ReadOptions options, ColumnFamily family, byte[] key) {
    try {
      return db.get(handle(family), options, key);
    } catch (RocksDBException e) {
      throw unreadable(e);
    }
  }

  public List<byte @Nullable []> getAll(
      ReadOptions options, ColumnFamily family, List<byte[]> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    if (keys.size() == 1) {
      return Collections.singletonList(get(options, family, keys.get(0)));
    }
    if (options.readTier() == ReadTier.BLOCK_CACHE_TIER) {
      // For several keys, RocksDB reports entries that are not in memory as missing.
      List<byte @Nullable []> values = new ArrayList<>(keys.size());
      keys.forEach(key -> values.add(get(options, family, key)));
      return values;
    }
    try {
      return db.multiGetAsList(options, Collections.nCopies(keys.size(), handle(family)), keys);
    } catch (RocksDBException e) {
      throw unreadable(e);
    }
  }

  /** Opens a snapshot of the present state. */
  public DatabaseSnapshot snapshot() {
    return snapshot(Cancellation.NONE);
  }

  /** Opens a snapshot whose reads end when {@code cancellation} fires. */
  public DatabaseSnapshot snapshot(Cancellation cancellation) {
    return new DatabaseSnapshot(this, db, ReadTier.READ_ALL_TIER, Long.MAX_VALUE, cancellation);
  }

  /**
   * Opens a snapshot that reads a limited amount of data from memory only, and otherwise throws
   * {@link CacheOnlyReader.NotCachedException}.
   */
  DatabaseSnapshot cachedSnapshot(Cancellation cancellation) {
    return new DatabaseSnapshot(
        this, db, ReadTier.BLOCK_CACHE_TIER, CacheOnlyReader.SCAN_BYTES_MAX, cancellation);
  }

  /**
   * Reads the latest state from memory only, and otherwise throws {@link
   * CacheOnlyReader.NotCachedException}.
   */
  RowReader cacheOnly() {
    return memory;
  }

  /** Writes {@code batch} atomically. It is on disk when this returns. */
  public void write(WriteBatch batch) throws RocksDBException {
    db.write(durable, batch);
    listener.committed(db.getLatestSequenceNumber());
  }

  /** The sequence number of the last change. It grows with each change. */
  public long sequence() {
    return db.getLatestSequenceNumber();
  }

  /** A numeric RocksDB property of all column families together; 0 if it is unknown. */
  long aggregatedProperty(String property) {
    try {
      return db.getAggregatedLongProperty(property);
    } catch (RocksDBException e) {
      return 0;
    }
  }

  /** A numeric RocksDB property of one column family; 0 if it is unknown. */
  public long property(String property, ColumnFamily family) {
    try {
      return db.getLongProperty(handle(family), property);
    } catch (RocksDBException e) {
      return 0;
    }
  }

  /** Creates a copy of the present state in {@code folder}, with hard links to the files. */
  public void createCheckpoint(Path folder) throws RocksDBException {
    try (Checkpoint checkpoint = Checkpoint.create(db)) {
      checkpoint.createCheckpoint(folder.toString());
    }
  }

  /** The estimated number of entries of a column family. */
  public long roughCount(ColumnFamily family) {
    try {
      return db.getLongProperty(handle(family), "rocksdb.estimate-num-keys");
    } catch (RocksDBException e) {
      throw unreadable(e);
    }
  }

  /** The table files of the present state by name, with the names of their column families. */
  public Map<String, String> tables() {
    return db.getLiveFilesMetaData().stream()
        .collect(
            Collectors.toMap(
                file -> file.fileName().substring(1),
                file -> new String(file.columnFamilyName(), UTF_8)));
  }

  /** Reads all files and verifies their checksums. */
  public void verifyChecksums() throws RocksDBException {
    db.verifyChecksum();
  }

  public ColumnFamilyHandle handle(ColumnFamily family) {
    ColumnFamilyHandle handle = handles.get(family);
    if (handle == null) {
      throw new IllegalStateException("The column family is not open: " + family);
    }
    return handle;
  }

  /** Logs the error of a read, because callers do not receive RocksDB's message. */
  static RuntimeException unreadable(RocksDBException e) {
    if (e.getStatus() != null && e.getStatus().getCode() == Status.Code.Incomplete) {
      return CacheOnlyReader.NotCachedException.INSTANCE;
    }
    log.error("Reading the database failed.", e);
    return failure(e);
  }

  /** The error that callers receive for an error of RocksDB. */
  static SessionException failure(RocksDBException e) {
    if (e.getStatus() == null || e.getStatus().getCode() != Status.Code.Corruption) {
      return unavailable();
    }
    return new SessionException(
        ErrorReason.DATA_DAMAGED,
        "Stored data is damaged. The log of the server names the file.",
        e);
  }

  /** The error that callers receive when RocksDB fails. */
  public static SessionException unavailable() {
    return new SessionException(ErrorReason.UNAVAILABLE, "The store cannot be reached.");
  }

  private <T extends AutoCloseable> T own(T object) {
    owned.add(object);
    return object;
  }

  /**
   * Closes in reverse order of opening: column families before the database, the database before
   * its options.
   */
  @Override
  public void close() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      try {
        owned.get(i).close();
      } catch (Exception e) {
        log.warn("Closing a database object failed.", e);
      }
    }
    owned.clear();
  }
}
