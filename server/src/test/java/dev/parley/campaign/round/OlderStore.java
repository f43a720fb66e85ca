package dev.parley.campaign.round;

import dev.parley.storage.Store;
import dev.parley.storage.postgres.Database;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.rocksdb.migration.OlderFolder;
import dev.parley.testing.Folders;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/** A store that can be brought to an older version. No server uses it. */
interface OlderStore {
  /** The store of a round. */
  static OlderStore of(Engine.OpenStore store, Path work) {
    return store.database() == null
        ? new OfFolder(work.resolve("data"))
        : new OfDatabase(new Database(store.url()));
  }

  /** Opens the store of this version. */
  Store open();

  /** Brings the store to the older version, also from a part of the way to this version. */
  void make() throws RocksDBException;

  /** How far a migration has got. About 0 before it begins. */
  long progress();

  /** A data folder of layout 8. The progress is the number of bytes in the write-ahead log. */
  record OfFolder(Path folder) implements OlderStore {
    @Override
    public Store open() {
      return RocksDbStores.open(folder, RocksDbSettings.DEFAULTS);
    }

    @Override
    public void make() throws RocksDBException {
      OlderFolder.makeLayoutEight(folder);
    }

    @Override
    public long progress() {
      return Folders.bytes(folder.resolve("rocksdb"), ".log");
    }
  }

  /**
   * A database of schema 1.9, except that the columns of schema 1.14 stay. The progress is the
   * number of completed migrations, and one more while a process is connected.
   */
  record OfDatabase(Database database) implements OlderStore {
    private static final String LATER = "string_to_array(version, '.')::int[] > '{1,9}'";

    @Override
    public Store open() {
      return PostgresStores.open(database.url(), PostgresSettings.DEFAULTS);
    }

    @Override
    public void make() {
      database.execute(
          "DROP TABLE IF EXISTS session_creation",
          "DROP TABLE IF EXISTS session_label",
          "ALTER TABLE session DROP COLUMN IF EXISTS labels",
          "DROP INDEX IF EXISTS session_archives_of_client, session_archives_of_user,"
              + " session_archives_of_user_and_client, session_archive_creation,"
              + " session_archive_creation_of_user, session_busy, run_by_state,"
              + " message_by_chosen_id",
          "CREATE UNIQUE INDEX IF NOT EXISTS message_by_id"
              + " ON message (agent_id, session_id, message_id)",
          "DELETE FROM parley_schema WHERE " + LATER);
    }

    @Override
    public long progress() {
      return database.number("SELECT count(*) FROM parley_schema WHERE success AND " + LATER)
          + (database.sessions("true") > 0 ? 1 : 0);
    }
  }
}
