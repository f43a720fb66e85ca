package dev.parley.app.cli.copy;

import dev.parley.config.ConfigException;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.transfer.TransferableStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;

/** Where a store is. As text without what is secret. */
sealed interface StoreLocation {

  /** The place that a command names: the URL of a database, or a data folder, as a path or URL. */
  static StoreLocation of(String text) {
    if (text.startsWith(PostgresStores.URL_PREFIX)) {
      return new Database(text);
    }
    if (text.isBlank() || text.startsWith("jdbc:")) {
      throw new ConfigException(
          "A store is a data folder or a URL that begins with " + PostgresStores.URL_PREFIX + "//");
    }
    try {
      return new Folder(path(text));
    } catch (InvalidPathException e) {
      throw new ConfigException("The data folder " + text + " cannot be used.");
    }
  }

  private static Path path(String text) {
    if (!text.startsWith("file:")) {
      return Path.of(text);
    }
    try {
      return Path.of(URI.create(text));
    } catch (IllegalArgumentException e) {
      // A relative one, or one with characters that a URL would have encoded.
      return Path.of(text.substring("file:".length()));
    }
  }

  /** Whether there is a store. */
  boolean isStore();

  /** Whether {@code other} is this place, however it is named. */
  boolean isSame(StoreLocation other);

  /** Opens the store, or makes one. */
  TransferableStore open();

  /** A database. */
  record Database(String url) implements StoreLocation {
    private static final PostgresSettings DEFAULTS = PostgresSettings.DEFAULTS;

    /** Nobody waits for one call, and some write very much. */
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
              PATIENCE,
              DEFAULTS.waitingMax(),
              DEFAULTS.waitingAppendsMax(),
              DEFAULTS.waitingAppendBytesMax()));
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

    /** What is under way is bounded by who writes. */
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
              DEFAULTS.waitingReadsMax(),
              DEFAULTS.waitingWritesMax(),
              WAITING_BYTES_MAX));
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }
}
