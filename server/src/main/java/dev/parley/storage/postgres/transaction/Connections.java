package dev.parley.storage.postgres.transaction;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that are kept open. While the database cannot be used, one at a time tries it and the
 * others who ask are refused at once, so that they do not wait for it one after the other.
 */
public final class Connections implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Connections.class);

  /** How long to wait at most for a connection, and for one to be made. */
  private static final Duration CONNECT_TIME_MAX = Duration.ofSeconds(3);

  /** How long to wait for another's lock: longer than PostgreSQL takes to see a deadlock. */
  private static final Duration LOCK_TIME_MAX = Duration.ofSeconds(2);

  /** How long a transaction may take: more than any but those that delete very much. */
  private static final int PATIENCE_PER_TRANSACTION = 6;

  /** How long a snapshot may wait for its reader between two reads, and last altogether. */
  private static final Duration SNAPSHOT_IDLE_TIME_MAX = Duration.ofMinutes(10);

  private static final Duration SNAPSHOT_TIME_MAX = Duration.ofHours(1);

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);

  private final HikariDataSource source;
  private final String probe;

  /** Whether the database cannot be used, as far as is known. */
  private volatile boolean unavailable;

  /** When it could be used again for the last time, by {@link System#nanoTime}. */
  private volatile long availableSince = System.nanoTime();

  /** When to try next whether it can be used again, by {@link System#nanoTime}. */
  private volatile long nextAttempt;

  private final AtomicBoolean attempting = new AtomicBoolean();

  private volatile Runnable onRecovery = () -> {};

  private Connections(HikariDataSource source, String probe) {
    this.source = source;
    this.probe = probe;
  }

  /** Connections for transactions that see what is committed when each statement begins. */
  public static Connections forWrites(
      String url, int count, Duration patience, MeterRegistry metrics) {
    HikariConfig config =
        config(url, "parley-writes", count, patience, sessionSettings(patience, "read committed"));
    config.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(metrics));
    config.setAutoCommit(false);
    return new Connections(new HikariDataSource(config), "SHOW transaction_read_only");
  }

  /** Connections that read only; statements that are sent together see one state. */
  public static Connections forReads(
      String url, int count, Duration patience, MeterRegistry metrics) {
    return forReads(
        config(url, "parley-reads", count, patience, sessionSettings(patience, "repeatable read")),
        metrics);
  }

  /** Connections for transactions that read only, see one state, and wait for slow readers. */
  public static Connections forSnapshots(
      String url, int count, Duration patience, MeterRegistry metrics) {
    HikariConfig config =
        config(
            url,
            "parley-snapshots",
            count,
            patience,
            sessionSettings(
                patience, "repeatable read", SNAPSHOT_IDLE_TIME_MAX, SNAPSHOT_TIME_MAX));
    config.setMinimumIdle(0);
    return forReads(config, metrics);
  }

  private static Connections forReads(HikariConfig config, MeterRegistry metrics) {
    config.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(metrics));
    config.setReadOnly(true);
    return new Connections(new HikariDataSource(config), "SELECT 'off'");
  }

  private static HikariConfig config(
      String url, String name, int count, Duration patience, String sessionSettings) {
    Duration connectTime = patience.compareTo(CONNECT_TIME_MAX) < 0 ? patience : CONNECT_TIME_MAX;
    String connectSeconds = Long.toString(connectTime.toSeconds());
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(count);
    config.setMinimumIdle(1);
    config.setInitializationFailTimeout(-1);
    config.setConnectionTimeout(connectTime.toMillis());
    config.setValidationTimeout(connectTime.toMillis() / 2);
    config.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
    config.setExceptionOverride(new EvictStandbys());
    config.setConnectionInitSql(sessionSettings);
    // In a transaction of their own: else the first call's rollback would take the settings along.
    config.setIsolateInternalQueries(true);
    config.addDataSourceProperty("ApplicationName", "parley");
    config.addDataSourceProperty("connectTimeout", connectSeconds);
    config.addDataSourceProperty("loginTimeout", connectSeconds);
    config.addDataSourceProperty("socketTimeout", Long.toString(patience.toSeconds()));
    config.addDataSourceProperty("tcpKeepAlive", "true");
    // What rows hold belongs in no log.
    config.addDataSourceProperty("logServerErrorDetail", "false");
    return config;
  }

  /**
   * What is set for a session. An answer means that data is on disk, so a commit waits for that at
   * least. A statement is given up by the database before its connection is, which would cost more.
   * A transaction whose server is gone or stands still gives its locks back: soon if it stands
   * still between statements, later if it does while it sends one, which PostgreSQL 17 can tell.
   */
  private static String sessionSettings(Duration patience, String isolation) {
    return sessionSettings(
        patience, isolation, patience, patience.multipliedBy(PATIENCE_PER_TRANSACTION));
  }

  private static String sessionSettings(
      Duration patience, String isolation, Duration idleTimeMax, Duration transactionTimeMax) {
    long statementMillis = patience.toSeconds() * 800;
    return """
        SET statement_timeout = %1$d;
        SET lock_timeout = %2$d;
        SET idle_in_transaction_session_timeout = %3$d;
        SET default_transaction_isolation = '%4$s';
        SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') = 'off';
        SELECT set_config(name, '%5$d', false) FROM pg_settings WHERE name = 'transaction_timeout'
        """
        .formatted(
            statementMillis,
            Math.min(statementMillis, LOCK_TIME_MAX.toMillis()),
            idleTimeMax.toMillis(),
            isolation,
            transactionTimeMax.toMillis());
  }

  /** Has something done each time the database can be used again, before anybody does. */
  void onRecovery(Runnable task) {
    onRecovery = task;
  }

  /** Makes connections anew, those in use once they are not. */
  void evictAll() {
    source.getHikariPoolMXBean().softEvictConnections();
  }

  /** A connection, which its user closes. */
  public Connection acquire() throws SQLException {
    if (unavailable) {
      return reconnect();
    }
    long asked = System.nanoTime();
    try {
      return source.getConnection();
    } catch (SQLException e) {
      // Where there are some, those who use them find out whether the database is there.
      if (source.getHikariPoolMXBean().getTotalConnections() == 0) {
        reportOutage(e, asked);
      }
      throw e;
    }
  }

  /** A connection to a database that could not be used, if it can be now. */
  private Connection reconnect() throws SQLException {
    if (nextAttempt - System.nanoTime() > 0 || !attempting.compareAndSet(false, true)) {
      throw new SQLTransientConnectionException("The database could not be used a moment ago.");
    }
    try {
      Connection connection = source.getConnection();
      try {
        requireUsable(connection);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
      if (unavailable) {
        onRecovery.run();
        availableSince = System.nanoTime();
        unavailable = false;
        log.info("{}: the database can be used again.", source.getPoolName());
      }
      return connection;
    } catch (SQLException e) {
      nextAttempt = System.nanoTime() + PAUSE_AFTER_FAILURE.toNanos();
      throw e;
    } finally {
      attempting.set(false);
    }
  }

  private void requireUsable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet readOnly = statement.executeQuery(probe)) {
      if (!readOnly.next() || !readOnly.getString(1).equals("off")) {
        source.evictConnection(connection);
        throw new SQLException("The database is read-only.", EvictStandbys.READ_ONLY_TRANSACTION);
      }
    }
    if (!connection.getAutoCommit()) {
      connection.rollback();
    }
  }

  /**
   * Takes note that the database could not be used: what is open leads nowhere.
   *
   * @param since when it was asked, by {@link System#nanoTime}
   */
  synchronized void reportOutage(SQLException e, long since) {
    if (unavailable || since - availableSince < 0) {
      return;
    }
    nextAttempt = System.nanoTime();
    unavailable = true;
    evictAll();
    log.warn("{}: the database cannot be used: {}", source.getPoolName(), oneLine(e));
  }

  private static String oneLine(SQLException e) {
    Throwable cause = e.getCause() instanceof SQLException inner ? inner : e;
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    source.close();
  }

  /** A server that has become read-only is a standby now: the next connection finds the primary. */
  private static final class EvictStandbys implements SQLExceptionOverride {
    static final String READ_ONLY_TRANSACTION = "25006";

    @java.lang.Override
    public Override adjudicate(SQLException e) {
      return READ_ONLY_TRANSACTION.equals(e.getSQLState())
          ? Override.MUST_EVICT
          : Override.CONTINUE_EVICT;
    }
  }
}
