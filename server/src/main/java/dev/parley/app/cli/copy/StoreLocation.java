package dev.parley.app.cli.copy;

import dev.parley.config.ConfigException;
import dev.parley.storage.migration.MigrationPlan;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.transfer.TransferableStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;

/** The location of a store. Its text contains no credentials. */
public sealed interface StoreLocation {

  /** Parses a database URL, or a data folder as a path or a file URL. */
  static StoreLocation of(String text) {
    if (text.startsWith(PostgresStores.URL_PREFIX)) {
      return new Database(text);
    }
    if (text.isBlank() || text.startsWith("jdbc:")) {
      throw new ConfigException(
          "A store must be a data folder or a URL that begins with "
              + PostgresStores.URL_PREFIX
              + "//");
    }
    try {
      return new Folder(path(text));
    } catch (InvalidPathException e) {
      throw new ConfigException("The data folder " + text + " is not a valid path.");
    }
  }

  private static Path path(String text) {
    if (!text.startsWith("file:")) {
      return Path.of(text);
    }
    try {
      return Path.of(URI.create(text));
    } catch (IllegalArgumentException e) {
      // A relative path, or one with characters that should be encoded in a URL.
      return Path.of(text.substring("file:".length()));
    }
  }

  /** Whether a store exists there. */
  boolean isStore();

  /** Whether {@code other} is the same location, even if it is written differently. */
  boolean isSame(StoreLocation other);

  /** Opens the store, or creates it. */
  TransferableStore open();

  /** What a server of this version would change in the store before it serves. */
  MigrationPlan migrationPlan();

  /** Changes the store to this version, as a start of a server does. */
  void migrate();

  /** A database. */
  record Database(String url) implements StoreLocation {
    private static final PostgresSettings DEFAULTS = PostgresSettings.DEFAULTS;

    /** Bulk writes take long, and no client waits for them. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public boolean isStore() {
      return PostgresStores.isStore(url);
    }

    @Override
    public boolean isSame(StoreLocation other) {
      return other instanceof Database database && PostgresStores.isSame(url, database.url);
    }

    @Override
    public TransferableStore open() {
      return PostgresStores.open(
          url,
          new PostgresSettings(
              DEFAULTS.connections(),
              DEFAULTS.appendQueues(),
              PATIENCE,
              DEFAULTS.waitingMax(),
              DEFAULTS.waitingAppendsMax(),
              DEFAULTS.waitingAppendBytesMax()));
    }

    @Override
    public MigrationPlan migrationPlan() {
      return PostgresStores.migrationPlan(url);
    }

    @Override
    public void migrate() {
      PostgresStores.migrate(url);
    }

    @Override
    public String toString() {
      return PostgresStores.withoutCredentials(url);
    }
  }

  /** A data folder. */
  record Folder(Path path) implements StoreLocation {
    private static final RocksDbSettings DEFAULTS = RocksDbSettings.DEFAULTS;
    private static final int READERS = 4;

    /** The copy itself limits the writes in flight. */
    private static final long WAITING_BYTES_MAX = 1L << 30;

    @Override
    public boolean isStore() {
      return RocksDbStores.isStore(path);
    }

    @Override
    public boolean isSame(StoreLocation other) {
      if (!(other instanceof Folder folder)) {
        return false;
      }
      try {
        return path.toAbsolutePath().normalize().equals(folder.path.toAbsolutePath().normalize())
            || (Files.exists(path)
                && Files.exists(folder.path)
                && Files.isSameFile(path, folder.path));
      } catch (IOException e) {
        throw new ConfigException("The data folder " + path + " cannot be read.");
      }
    }

    @Override
    public TransferableStore open() {
      return RocksDbStores.open(
          path,
          new RocksDbSettings(
              DEFAULTS.blockCacheBytes(),
              READERS,
              DEFAULTS.writers(),
              DEFAULTS.waitingReadsMax(),
              DEFAULTS.waitingWritesMax(),
              WAITING_BYTES_MAX));
    }

    @Override
    public MigrationPlan migrationPlan() {
      try (RocksDbFolder folder = RocksDbFolder.take(path)) {
        return folder.migrationPlan();
      }
    }

    @Override
    public void migrate() {
      open().close();
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }
}
