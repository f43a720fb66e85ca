package dev.parley.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Operations that need a superuser of a PostgreSQL server. */
final class PostgresAdmin {
  private static final Pattern URL =
      Pattern.compile("(jdbc:postgresql://[^/?]+/)([^?]*)(?:\\?(.*))?");
  private static final Pattern OF_THE_SUPERUSER = Pattern.compile("(user|password|options)=.*");
  private static final int TERMINATION_MILLIS = 10_000;

  private final String url;

  /** Creates an instance with the JDBC URL of a database that always exists. */
  PostgresAdmin(String url) {
    this.url = url;
  }

  /** The name of the database in a JDBC URL. */
  static String database(String url) {
    return parts(url).group(2);
  }

  /** The JDBC URL of another database and role on the same server. */
  String url(String database, String role, String password) {
    Matcher parts = parts(url);
    String parameters = parts.group(3) == null ? "" : parts.group(3);
    return Stream.concat(
            Stream.of("user=" + role, "password=" + password),
            Stream.of(parameters.split("&"))
                .filter(one -> !one.isEmpty() && !OF_THE_SUPERUSER.matcher(one).matches()))
        .collect(Collectors.joining("&", parts.group(1) + database + "?", ""));
  }

  boolean isReachable() {
    try (Connection connection = connect()) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  /** Creates an extension in a database. */
  void createExtension(String database, String name) {
    Matcher parts = parts(url);
    String parameters = parts.group(3) == null ? "" : "?" + parts.group(3);
    new PostgresAdmin(parts.group(1) + database + parameters).execute("CREATE EXTENSION " + name);
  }

  /** Runs each statement in its own transaction. */
  void execute(String... statements) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Changes a setting of the server and waits until all its processes use it. */
  void configure(String setting, String value) {
    String before = query("SELECT pg_conf_load_time()::text");
    execute("ALTER SYSTEM SET %s = '%s'".formatted(setting, value), "SELECT pg_reload_conf()");
    // Each query uses a new connection. The server signals its running processes before it starts
    // the process of a new connection, so these have been told when the load time is new.
    Waiting.until(
        () -> !query("SELECT pg_conf_load_time()::text").equals(before),
        () -> "a server that does not reload");
  }

  /** Terminates the connections of a role and waits until they are closed. */
  void terminateConnections(String role) {
    execute(
        "SELECT pg_terminate_backend(pid, %d) FROM pg_stat_activity WHERE usename = '%s'"
            .formatted(TERMINATION_MILLIS, role));
  }

  /** From now on, commits wait for a standby. Waits until the standby is connected. */
  void requireStandby(String name) {
    configure("synchronous_standby_names", name);
    Waiting.until(
        () ->
            query("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'").equals("1"),
        () -> "a standby that does not follow");
  }

  private static Matcher parts(String url) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException("Not the URL of a PostgreSQL database with its host.");
    }
    return parts;
  }

  private String query(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    // Superuser operations also work while the server is read-only for clients.
    properties.setProperty("options", "-c default_transaction_read_only=off");
    return DriverManager.getConnection(url, properties);
  }
}
