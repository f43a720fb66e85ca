package dev.parley.storage.postgres.schema;

import dev.parley.storage.StoreUnavailableException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The lock of the server that migrates the schema. Flyway runs statements before it takes its own
 * lock, which two servers must not run at the same time.
 *
 * <p>A server that waits asks again and again: a statement that waits would have a snapshot, and
 * {@code CREATE INDEX CONCURRENTLY} waits for the end of all snapshots.
 */
final class SchemaLock implements AutoCloseable {
  private static final String TRY =
      "SELECT pg_try_advisory_lock(hashtextextended('parley schema', 0))";

  private static final long PAUSE_MILLIS = 50;

  private final Connection connection;

  private SchemaLock(Connection connection) {
    this.connection = connection;
  }

  /** Waits for the lock. */
  static SchemaLock take(String url) throws SQLException {
    SchemaLock lock = new SchemaLock(DriverManager.getConnection(url));
    try (PreparedStatement statement = lock.connection.prepareStatement(TRY)) {
      while (!isTaken(statement)) {
        Thread.sleep(PAUSE_MILLIS);
      }
      return lock;
    } catch (SQLException e) {
      lock.close();
      throw e;
    } catch (InterruptedException e) {
      lock.close();
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("the migration was interrupted", e);
    }
  }

  private static boolean isTaken(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next() && rows.getBoolean(1);
    }
  }

  /** The connection that holds the lock. */
  Connection connection() {
    return connection;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
