package dev.parley.storage.postgres.schema;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The lock of the server that migrates the schema. Flyway runs statements before it takes its own
 * lock, which two servers must not run at the same time.
 *
 * <p>{@code CREATE INDEX CONCURRENTLY} waits for all statements that began earlier. A server that
 * waited for the lock in one statement would therefore block the index build, and the index build
 * would block the server. So a waiting server tries again and again. Servers from before schema
 * 1.11 wait in one statement, so this lock is not theirs.
 */
final class SchemaLock implements AutoCloseable {
  private static final String TRY =
      "SELECT pg_try_advisory_lock(hashtextextended('parley migrations', 0))";

  private static final String PAUSE = "SELECT pg_sleep(0.05)";

  private final Connection connection;

  private SchemaLock(Connection connection) {
    this.connection = connection;
  }

  /** Waits for the lock. */
  static SchemaLock take(String url) throws SQLException {
    SchemaLock lock = new SchemaLock(DriverManager.getConnection(url));
    try (Statement statement = lock.connection.createStatement()) {
      // The connection is idle while steps run.
      statement.execute("SET idle_session_timeout = 0; SET statement_timeout = 0");
      while (!isTaken(statement)) {
        statement.execute(PAUSE);
      }
      return lock;
    } catch (SQLException e) {
      lock.close();
      throw e;
    }
  }

  private static boolean isTaken(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery(TRY)) {
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
