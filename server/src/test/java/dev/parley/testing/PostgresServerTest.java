package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresServerTest {
  private static PostgresServer server;

  private String url;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.own();
  }

  @AfterAll
  static void closeServer() {
    server.close();
  }

  @BeforeEach
  void makeDatabase() throws SQLException {
    url = server.newDatabase();
    execute(url, "CREATE TABLE kept (number int)", "INSERT INTO kept VALUES (1)");
  }

  @Test
  void own_settings_areDurableAndOfAnOrdinaryRole() throws SQLException {
    assertThat(query(url, "SHOW server_version")).startsWith("17.");
    assertThat(query(url, "SHOW fsync")).isEqualTo("on");
    assertThat(query(url, "SHOW synchronous_commit")).isEqualTo("on");
    assertThat(query(url, "SHOW is_superuser")).isEqualTo("off");
    assertThat(query(url, "SELECT 'a' < 'B'")).as("not the order of the bytes").isEqualTo("t");
  }

  @Test
  void newDatabase_calledTwice_makesTwoEmptyOnes() throws SQLException {
    String other = server.newDatabase();

    assertThat(other).isNotEqualTo(url);
    assertThat(query(other, "SELECT to_regclass('kept')")).isNull();
  }

  @Test
  void copy_databaseWithATable_hasIt() throws SQLException {
    String copy = server.copy(url);

    assertThat(copy).isNotEqualTo(url);
    assertThat(query(copy, "SELECT number FROM kept")).isEqualTo("1");
  }

  @Test
  void stop_thenStart_keepsDataAndPort() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      server.stop();
      assertThat(connection.isValid(1)).isFalse();
    }
    assertSqlState(() -> DriverManager.getConnection(url), "08001");

    server.start();

    assertThat(query(url, "SELECT number FROM kept")).isEqualTo("1");
  }

  @Test
  void kill_thenStart_recovers() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      List<ProcessHandle> processes = server.process().processes().toList();
      assertThat(processes).hasSizeGreaterThan(2);
      server.kill();
      assertThat(processes.get(0).isAlive()).isFalse();
      assertThat(connection.isValid(1)).isFalse();
    }

    server.start();

    assertThat(query(url, "SELECT number FROM kept")).isEqualTo("1");
    assertThat(server.process().said()).contains("automatic recovery in progress");
  }

  @Test
  void pause_untilResume_answersNobody() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      server.pause();
      assertThat(connection.isValid(1)).isFalse();
      assertSqlState(() -> DriverManager.getConnection(url + "&socketTimeout=1"), "08001");
    } finally {
      server.resume();
    }

    assertThat(query(url, "SELECT number FROM kept")).isEqualTo("1");
  }

  @Test
  void stop_whilePaused_stops() throws SQLException {
    server.pause();
    server.stop();
    server.start();

    assertThat(query(url, "SELECT number FROM kept")).isEqualTo("1");
  }

  @Test
  void setReadOnly_connectionsOpenAndNew_feelIt() throws SQLException {
    String insert = "INSERT INTO kept VALUES (2)";
    try (Connection open = DriverManager.getConnection(url);
        Statement statement = open.createStatement()) {
      server.setReadOnly(true);
      try {
        assertSqlState(() -> statement.execute(insert), "25006");
        assertSqlState(() -> execute(url, insert), "25006");
        assertThat(query(url, "SELECT number FROM kept")).isEqualTo("1");
        assertThat(query(server.newDatabase(), "SELECT 1")).isEqualTo("1");
      } finally {
        server.setReadOnly(false);
      }
      statement.execute(insert);
    }
    execute(url, insert);
  }

  @Test
  void setConnectionsMax_reached_refusesMore() throws SQLException {
    server.setConnectionsMax(1);
    try (Connection open = DriverManager.getConnection(url)) {
      assertSqlState(() -> DriverManager.getConnection(url), "53300");
      assertThat(open.isValid(1)).isTrue();
    } finally {
      server.unsetConnectionsMax();
    }

    try (Connection one = DriverManager.getConnection(url);
        Connection two = DriverManager.getConnection(url)) {
      assertThat(one.isValid(1) && two.isValid(1)).isTrue();
    }
  }

  @Test
  void terminateConnections_openOne_isClosed() throws SQLException {
    try (Connection open = DriverManager.getConnection(url);
        Statement statement = open.createStatement()) {
      server.terminateConnections();

      assertSqlState(() -> statement.execute("SELECT 1"), "57P01");
    }
    assertThat(query(url, "SELECT number FROM kept")).isEqualTo("1");
  }

  @Test
  void close_killedServer_leavesNothing() {
    PostgresServer other = PostgresServer.own();
    Path folder = other.process().folder();
    List<ProcessHandle> processes = other.process().processes().toList();
    other.kill();

    other.close();

    assertThat(folder).doesNotExist();
    assertThat(processes.get(0).isAlive()).isFalse();
  }

  @Test
  void shared_twice_isOneThatCannotBeDisturbed() throws SQLException {
    PostgresServer shared = PostgresServer.shared();

    assertThat(PostgresServer.shared()).isSameAs(shared);
    assertThat(query(shared.newDatabase(), "SHOW is_superuser")).isEqualTo("off");
    assertThatThrownBy(shared::kill).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(shared::close).isInstanceOf(IllegalStateException.class);
  }

  private static void assertSqlState(ThrowingCallable call, String state) {
    assertThatThrownBy(call)
        .isInstanceOf(SQLException.class)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isEqualTo(state);
  }

  private static void execute(String url, String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String query(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
