package dev.parley.campaign.round;

import dev.parley.testing.PostgresServer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the servers of a round keep their data. */
enum Engine {
  ROCKSDB("RocksDB"),
  POSTGRES("PostgreSQL");

  final String title;

  Engine(String title) {
    this.title = title;
  }

  /** A store of this engine that nobody else uses. */
  OpenStore open() {
    return this == ROCKSDB ? new OpenStore(null, "") : OpenStore.onPostgres();
  }

  /**
   * A store.
   *
   * @param database its database server, or null for the data folder of the server
   */
  record OpenStore(@Nullable PostgresServer database, String url) implements AutoCloseable {
    private static OpenStore onPostgres() {
      PostgresServer database = PostgresServer.own();
      try {
        return new OpenStore(database, database.newDatabase());
      } catch (Throwable e) {
        database.close();
        throw e;
      }
    }

    /** How a server is told to use it. */
    String[] flags() {
      return database == null ? new String[0] : new String[] {"--store", url};
    }

    /** How {@code parley check} is told to check it. */
    String[] checkFlags() {
      return database == null ? new String[] {"--data", "data"} : flags();
    }

    /** All arguments for a server. */
    String[] with(String... more) {
      return Stream.concat(Stream.of(flags()), Stream.of(more)).toArray(String[]::new);
    }

    @Override
    public void close() {
      if (database != null) {
        database.close();
      }
    }
  }
}
