package dev.parley.storage.rocksdb.recovery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.parley.model.SessionException;
import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.check.DamagedStoreException;
import dev.parley.storage.rocksdb.engine.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the database of a data folder. Fails with {@link DamagedStoreException} if acknowledged
 * commits are missing or a file is damaged.
 *
 * <ul>
 *   <li>RocksDB verifies the checksums of log records. It accepts an incomplete record at the end
 *       of the newest log, which was never acknowledged, and no other damage.
 *   <li>RocksDB verifies that closed logs exist and have their full size.
 *   <li>The {@link CommitMarker} shows whether the end of the newest log, or all of it, is missing,
 *       and whether the manifest was cut.
 * </ul>
 */
public final class Recovery {
  private static final Logger log = LoggerFactory.getLogger(Recovery.class);

  private static final String CURRENT = "CURRENT";
  private static final Pattern MANIFEST = Pattern.compile("MANIFEST-\\d{1,18}");
  private static final Pattern LOG_NUMBER = Pattern.compile("log number: (\\d+)");
  private static final Pattern FILE_NAME =
      Pattern.compile("(\\d{6,}\\.(?:sst|log|blob)|MANIFEST-\\d+|CURRENT|OPTIONS-\\d+)");
  private static final Pattern DATA_FILE = Pattern.compile("\\.(sst|log|blob)$");
  private static final Pattern MISSING =
      Pattern.compile("missing|no such file|can't access", Pattern.CASE_INSENSITIVE);

  /** Errors of records whose checksum is correct, so that they are not damaged. */
  private static final Pattern NEWER_RECORD =
      Pattern.compile(
          "unknown tag|unknown record type|unknown WriteBatch tag|future feature",
          Pattern.CASE_INSENSITIVE);

  /** Errors of tables, which name the version before their checksum is read. */
  private static final Pattern NEWER_TABLE =
      Pattern.compile(
          "unknown footer version|unsupported (BlockBasedTable )?format_version|reserved bits set",
          Pattern.CASE_INSENSITIVE);

  private final Path dataFolder;
  private final Path databaseFolder;

  /** The recovery of the database in {@code databaseFolder} within {@code dataFolder}. */
  public Recovery(Path dataFolder, Path databaseFolder) {
    this.dataFolder = dataFolder;
    this.databaseFolder = databaseFolder;
  }

  /** Opens the database for writing, or creates it if the folder is empty. */
  public Database open(long blockCacheBytes) throws IOException, RocksDBException {
    List<LogFile> logs = scanLogs();
    requireCommits(logs);
    CommitMarker marker = CommitMarker.open(dataFolder, databaseFolder);
    Database database = open(() -> new Database(databaseFolder, blockCacheBytes, marker));
    LogFile newest = logs.isEmpty() ? null : logs.get(logs.size() - 1);
    if (newest != null && newest.isDamaged()) {
      log.warn(
          "The log {} ends with an incomplete record of {} bytes. It was never acknowledged and is"
              + " discarded.",
          newest.file().getFileName(),
          newest.bytes() - newest.validBytes());
    }
    return database;
  }

  /** Opens an existing database for reading. Changes no files. */
  public Database openReadOnly() throws IOException, RocksDBException {
    requireCommits(scanLogs());
    return open(() -> Database.readOnly(databaseFolder));
  }

  private interface Opening {
    Database open() throws RocksDBException;
  }

  private Database open(Opening opening) throws IOException, RocksDBException {
    try {
      return opening.open();
    } catch (RocksDBException e) {
      if (isDamage(e)) {
        throw damage(e);
      }
      throw e;
    }
  }

  private List<LogFile> scanLogs() throws IOException {
    List<LogFile> logs = new ArrayList<>();
    for (Path file : LogFile.list(databaseFolder)) {
      logs.add(LogFile.scan(file));
    }
    return logs;
  }

  /** Fails if acknowledged commits are missing, before any file is changed. */
  private void requireCommits(List<LogFile> logs) throws IOException, RocksDBException {
    if (!Files.exists(databaseFolder.resolve(CURRENT))) {
      requireNoRemains();
      return;
    }
    requireManifest();
    long committed = CommitMarker.read(dataFolder);
    long logged = logs.stream().mapToLong(LogFile::lastSequence).max().orElse(0);
    if (committed > logged) {
      // The last changes may be in tables and no longer in a log.
      try (Database database = open(() -> Database.readOnly(databaseFolder))) {
        requireSequence(database.sequence(), committed, logs);
      }
    }
  }

  /** Fails if the manifest was cut or damaged. RocksDB would delete the tables that it lost. */
  private void requireManifest() throws IOException, RocksDBException {
    Path manifest = manifest();
    if (manifest.endsWith(CURRENT) || !Files.exists(manifest)) {
      return;
    }
    String damage = ManifestMark.read(dataFolder).damageOf(manifest);
    if (damage != null) {
      throw damaged(manifest, damage + ". All data is affected", null);
    }
    List<String> listed = Database.listFamilies(databaseFolder);
    List<String> lost = new ArrayList<>(OptionsFile.families(databaseFolder));
    lost.removeAll(listed);
    // An empty list means that the manifest cannot be read. Opening it reports the reason.
    if (!listed.isEmpty() && !lost.isEmpty()) {
      throw damaged(
          manifest, "is shorter than it was. It does not list " + String.join(", ", lost), null);
    }
  }

  /**
   * Fails if {@code CURRENT} is missing, but other files show that there was a database. RocksDB
   * would create an empty one and delete the logs.
   */
  public void requireNoRemains() throws IOException {
    boolean hasFiles;
    try (Stream<Path> files = Files.list(databaseFolder)) {
      hasFiles = files.anyMatch(file -> DATA_FILE.matcher(file.toString()).find());
    }
    if (hasFiles || CommitMarker.read(dataFolder) > 0) {
      throw damaged(databaseFolder.resolve(CURRENT), "is missing. All data is affected", null);
    }
  }

  private void requireSequence(long recovered, long committed, List<LogFile> logs) {
    if (recovered < committed) {
      String lost = "The last %,d acknowledged changes are lost".formatted(committed - recovered);
      throw logs.isEmpty()
          ? damaged(databaseFolder, "has no log file. " + lost, null)
          : damaged(
              logs.get(logs.size() - 1).file(),
              "is incomplete, or a newer log is missing. " + lost,
              null);
    }
  }

  private static boolean isDamage(RocksDBException e) {
    Status.Code code = e.getStatus() == null ? Status.Code.Undefined : e.getStatus().getCode();
    return switch (code) {
      case Corruption, NotFound -> true;
      // Of errors of the file system, only a missing file is damage.
      case IOError -> MISSING.matcher(String.valueOf(e.getMessage())).find();
      default -> false;
    };
  }

  /** The damage behind a failed read of the open database, or {@code e} if there is no damage. */
  public RuntimeException explain(SessionException e) throws IOException {
    return e.getCause() instanceof RocksDBException cause ? damage(cause) : e;
  }

  private StoreUnavailableException damage(RocksDBException e) throws IOException {
    String message = String.valueOf(e.getMessage());
    if (NEWER_RECORD.matcher(message).find()) {
      return new StoreUnavailableException(
          "the files were written by a newer version of RocksDB than this version of Parley has,"
              + " so start the newer version of Parley ("
              + message
              + ")",
          e);
    }
    Matcher number = LOG_NUMBER.matcher(message);
    if (number.find()) {
      Path file = databaseFolder.resolve("%06d.log".formatted(Long.parseLong(number.group(1))));
      return Files.exists(file)
          ? damaged(file, "is shorter than when it was closed. Recent changes are affected", e)
          : damaged(file, "is missing. Recent changes are affected", e);
    }
    // Without the folder, whose name may look like the name of a file.
    Matcher name = FILE_NAME.matcher(message.replace(databaseFolder.toString(), ""));
    if (name.find()) {
      Path file = databaseFolder.resolve(name.group());
      String damage =
          NEWER_TABLE.matcher(message).find()
              ? "is damaged, or was written by a newer version of RocksDB"
              : "is damaged";
      String problem = Files.exists(file) ? damage : "is missing";
      return damaged(file, problem + ". " + affected(name.group()), e);
    }
    for (LogFile scanned : scanLogs()) {
      if (scanned.isDamaged()) {
        return damaged(
            scanned.file(),
            "is damaged at byte %,d. Recent changes are affected".formatted(scanned.validBytes()),
            e);
      }
    }
    Path manifest = manifest();
    String problem = Files.exists(manifest) ? "is damaged" : "is missing";
    return damaged(manifest, problem + ". All data is affected", e);
  }

  private static String affected(String file) {
    if (file.endsWith(".log")) {
      return "Recent changes are affected";
    }
    return file.endsWith(".sst") ? "A part of the data is affected" : "All data is affected";
  }

  /** The manifest that {@code CURRENT} names; {@code CURRENT} itself if it names none. */
  private Path manifest() throws IOException {
    Path current = databaseFolder.resolve(CURRENT);
    try {
      String name = Files.readString(current, ISO_8859_1).strip();
      return MANIFEST.matcher(name).matches() ? databaseFolder.resolve(name) : current;
    } catch (NoSuchFileException e) {
      return current;
    }
  }

  private DamagedStoreException damaged(Path file, String damage, @Nullable Throwable cause) {
    return new DamagedStoreException(
        dataFolder, dataFolder.relativize(file).toString(), damage, cause);
  }
}
