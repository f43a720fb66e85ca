package dev.parley.storage.postgres.check;

import dev.parley.storage.StoreCounts;
import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.check.CheckObserver;
import dev.parley.storage.check.StoreCheck;
import dev.parley.storage.postgres.schema.DatabaseIdentity;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Checks a store in PostgreSQL in one read-only transaction that sees one state, so that servers
 * can continue. Results are fetched in small numbers. The database itself ensures unique keys and
 * complete indexes.
 */
public final class PostgresCheck implements StoreCheck {
  private static final int ROWS_AT_ONCE = 1_000;

  private final Connection connection;

  private PostgresCheck(Connection connection) {
    this.connection = connection;
  }

  public static PostgresCheck open(String url) throws SQLException {
    if (!DatabaseIdentity.isStore(url)) {
      throw new StoreUnavailableException("it contains no Parley store");
    }
    Connection connection = DriverManager.getConnection(url);
    try {
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      return new PostgresCheck(connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public StoreCounts run(CheckObserver observer) {
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(ROWS_AT_ONCE);
      long sessions = count(statement, "session");
      observer.expect(sessions);
      for (CheckRule rule : CheckRule.values()) {
        try (ResultSet rows = statement.executeQuery(rule.query())) {
          while (rows.next()) {
            observer.found(rule.what(), rows.getString(1));
          }
        }
      }
      StoreCounts counts =
          new StoreCounts(
              count(statement, "agent"),
              count(statement, "api_key"),
              sessions,
              count(statement, "message"),
              count(statement, "run"));
      observer.checked(counts.sessions(), counts.messages());
      return counts;
    } catch (SQLException e) {
      throw new StoreUnavailableException("the check failed: " + firstLine(e), e);
    }
  }

  private static long count(Statement statement, String table) throws SQLException {
    try (ResultSet count = statement.executeQuery("SELECT count(*) FROM " + table)) {
      return count.next() ? count.getLong(1) : 0;
    }
  }

  private static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new StoreUnavailableException("the connection cannot be closed", e);
    }
  }
}
