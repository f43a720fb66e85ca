package dev.parley.storage.postgres.schema;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/** What is known about the database behind a URL, regardless of how the URL is written. */
public final class DatabaseIdentity {
  private DatabaseIdentity() {}

  /** Whether the database contains Parley's tables. */
  public static boolean isStore(String url) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      return "t".equals(ask(connection, "SELECT to_regclass('parley_schema') IS NOT NULL"));
    }
  }

  /** Whether Citus distributes the sessions of the store. */
  public static boolean isDistributed(String url) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      return "t".equals(ask(connection, "SELECT to_regclass('pg_dist_partition') IS NOT NULL"))
          && "t"
              .equals(
                  ask(
                      connection,
                      "SELECT EXISTS (SELECT FROM pg_dist_partition"
                          + " WHERE logicalrelid = to_regclass('session'))"));
    }
  }

  /**
   * Whether two URLs lead to the same schema of the same database. A lock taken through one URL is
   * visible through the other.
   */
  public static boolean isSame(String url, String other) throws SQLException {
    long lock = ThreadLocalRandom.current().nextLong();
    try (Connection one = DriverManager.getConnection(url);
        Connection two = DriverManager.getConnection(other)) {
      one.setAutoCommit(false);
      two.setAutoCommit(false);
      var unused = ask(one, "SELECT pg_advisory_xact_lock(" + lock + ")");
      boolean sameDatabase = "f".equals(ask(two, "SELECT pg_try_advisory_xact_lock(" + lock + ")"));
      return sameDatabase
          && Objects.equals(
              ask(one, "SELECT current_schema()"), ask(two, "SELECT current_schema()"));
    }
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }
}
