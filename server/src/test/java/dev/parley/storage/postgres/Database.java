package dev.parley.storage.postgres;

import dev.parley.testing.Waiting;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Direct access to a database, without the store. */
public record Database(String url) {

  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url);
  }

  public void execute(String... statements) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public long number(String sql) {
    return Long.parseLong(rows(sql).get(0));
  }

  /** The values of the first column. */
  public List<String> rows(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        all.add(rows.getString(1));
      }
      return all;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until the given number of transactions wait for a lock. */
  public void awaitLockWaits(int count) {
    Waiting.until(
        () -> sessions("wait_event_type = 'Lock'") >= count, () -> "nobody waits for a lock");
  }

  /** The number of the store's connections in a state. */
  public long sessions(String condition) {
    return number(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND pid <> pg_backend_pid() AND "
            + condition);
  }

  /** Runs a PL/pgSQL body before each row that is written to a table. */
  public void beforeEach(String event, String table, String body) {
    define(body);
    execute(
        "CREATE TRIGGER disturb BEFORE %s ON %s FOR EACH ROW EXECUTE FUNCTION disturb()"
            .formatted(event, table));
  }

  /** Runs a PL/pgSQL body for each new row of a table at commit. */
  public void atCommit(String table, String body) {
    define(body);
    execute(
        """
        CREATE CONSTRAINT TRIGGER disturb AFTER INSERT ON %s
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION disturb()
        """
            .formatted(table));
  }

  private void define(String body) {
    execute(
        "CREATE SEQUENCE disturbed",
        """
        CREATE FUNCTION disturb() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM nextval('disturbed');
          %s
          RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END $$
        """
            .formatted(body));
  }

  /** How often the body has run, including in transactions that were rolled back. */
  public long disturbed() {
    return number("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM disturbed");
  }

  public void undisturb(String table) {
    execute("DROP TRIGGER disturb ON " + table);
  }
}
