package dev.parley.storage.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that are kept open. While the database cannot be reached, most of those who ask are
 * refused at once, so that they do not wait for it one after the other.
 */
final class Connections implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Connections.class);

  /** How long to wait for a connection, and for one to be made. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);

  private final HikariDataSource source;

  /** When the last attempt failed, by {@link System#nanoTime}; 0 if it did not. */
  private volatile long failedAt;

  private Connections(HikariDataSource source) {
    this.source = source;
  }

  /** Connections for transactions that see what is committed when each statement begins. */
  static Connections forWrites(String url, int count, PostgresSettings settings) {
    HikariConfig config = config(url, "parley-writes", count, settings, "read committed");
    config.setAutoCommit(false);
    return new Connections(new HikariDataSource(config));
  }

  /** Connections that read only; statements that are sent together see one state. */
  static Connections forReads(String url, int count, PostgresSettings settings) {
    HikariConfig config = config(url, "parley-reads", count, settings, "repeatable read");
    config.setReadOnly(true);
    return new Connections(new HikariDataSource(config));
  }

  private static HikariConfig config(
      String url, String name, int count, PostgresSettings settings, String isolation) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(count);
    config.setMinimumIdle(1);
    config.setInitializationFailTimeout(-1);
    config.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
    config.setValidationTimeout(Duration.ofSeconds(1).toMillis());
    config.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
    config.setExceptionOverride(new EvictStandbys());
    config.setConnectionInitSql(sessionSettings(settings.patience(), isolation));
    config.addDataSourceProperty("ApplicationName", "parley");
    config.addDataSourceProperty("connectTimeout", Long.toString(CONNECT_TIMEOUT.toSeconds()));
    config.addDataSourceProperty("loginTimeout", Long.toString(CONNECT_TIMEOUT.toSeconds()));
    config.addDataSourceProperty("socketTimeout", Long.toString(settings.patience().toSeconds()));
    config.addDataSourceProperty("tcpKeepAlive", "true");
    // What rows hold belongs in no log.
    config.addDataSourceProperty("logServerErrorDetail", "false");
    return config;
  }

  /**
   * What is set for a session. An answer means that data is on disk, so a commit waits for that at
   * least. A transaction whose server is gone or stuck gives its locks back.
   */
  private static String sessionSettings(Duration patience, String isolation) {
    return """
        SET statement_timeout = %1$d;
        SET lock_timeout = %1$d;
        SET idle_in_transaction_session_timeout = %1$d;
        SET default_transaction_isolation = '%2$s';
        SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') = 'off'
        """
        .formatted(patience.toMillis(), isolation);
  }

  /** A connection, which its user closes. */
  Connection take() throws SQLException {
    long failed = failedAt;
    if (failed != 0 && System.nanoTime() - failed < PAUSE_AFTER_FAILURE.toNanos()) {
      throw new SQLTransientConnectionException("The database could not be reached a moment ago.");
    }
    Connection connection;
    try {
      connection = source.getConnection();
    } catch (SQLException e) {
      if (failed == 0) {
        log.warn("{}: the database cannot be reached: {}", source.getPoolName(), e.getMessage());
      }
      failedAt = System.nanoTime() | 1;
      throw e;
    }
    if (failed != 0) {
      log.info("{}: the database can be reached again.", source.getPoolName());
      failedAt = 0;
    }
    return connection;
  }

  @Override
  public void close() {
    source.close();
  }

  /** A server that has become read-only is a standby now: the next connection finds the primary. */
  private static final class EvictStandbys implements SQLExceptionOverride {
    private static final String READ_ONLY_TRANSACTION = "25006";

    @java.lang.Override
    public Override adjudicate(SQLException e) {
      return READ_ONLY_TRANSACTION.equals(e.getSQLState())
          ? Override.MUST_EVICT
          : Override.CONTINUE_EVICT;
    }
  }
}
