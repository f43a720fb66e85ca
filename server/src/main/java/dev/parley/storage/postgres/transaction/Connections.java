package dev.parley.storage.postgres.transaction;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
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
 * A connection pool. While the database is unavailable, one caller at a time tries to connect and
 * all others fail at once, so that they do not wait one after the other.
 */
public final class Connections implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Connections.class);

  /** The time limits of a snapshot: between two reads, and in total. */
  private static final Duration SNAPSHOT_IDLE_TIME_MAX = Duration.ofMinutes(10);

  private static final Duration SNAPSHOT_TIME_MAX = Duration.ofHours(1);

  private static final String READ_ONLY_TRANSACTION = "25006";

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);

  private final HikariDataSource source;
  private final String probe;

  /** Whether the database is known to be unavailable. */
  private volatile boolean unavailable;

  /** When the database last became available, by {@link System#nanoTime}. */
  private volatile long availableSince = System.nanoTime();

  /** When to try the next connection, by {@link System#nanoTime}. */
  private volatile long nextAttempt;

  private final AtomicBoolean attempting = new AtomicBoolean();

  private volatile Runnable onRecovery = () -> {};

  private Connections(HikariDataSource source, String probe) {
    this.source = source;
    this.probe = probe;
  }

  /** Opens a pool for writing. Each statement sees the data that is committed when it starts. */
  public static Connections forWrites(
      String url, int count, Duration patience, MeterRegistry metrics) {
    return forWrites(
        PoolConfig.create(
            url,
            "parley-writes",
            count,
            patience,
            PoolConfig.sessionSettings(patience, "read committed")),
        metrics);
  }

  /** Opens a pool for batches of appends of many agents, with a shorter time limit. */
  public static Connections forAppends(
      String url, int count, Duration patience, MeterRegistry metrics) {
    return forWrites(
        PoolConfig.create(
            url,
            "parley-appends",
            count,
            patience,
            PoolConfig.batchSettings(patience, "read committed")),
        metrics);
  }

  private static Connections forWrites(HikariConfig config, MeterRegistry metrics) {
    config.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(metrics));
    config.setAutoCommit(false);
    return new Connections(new HikariDataSource(config), "SHOW transaction_read_only");
  }

  /** Opens a pool for reading. Statements that are sent together see one state. */
  public static Connections forReads(
      String url, int count, Duration patience, MeterRegistry metrics) {
    return forReads(
        PoolConfig.create(
            url,
            "parley-reads",
            count,
            patience,
            PoolConfig.sessionSettings(patience, "repeatable read")),
        metrics);
  }

  /** Opens a pool for read-only transactions that see one state and wait for slow readers. */
  public static Connections forSnapshots(
      String url, int count, Duration patience, MeterRegistry metrics) {
    HikariConfig config =
        PoolConfig.create(
            url,
            "parley-snapshots",
            count,
            patience,
            PoolConfig.snapshotSettings(
                patience, "repeatable read", SNAPSHOT_IDLE_TIME_MAX, SNAPSHOT_TIME_MAX));
    config.setMinimumIdle(0);
    return forReads(config, metrics);
  }

  private static Connections forReads(HikariConfig config, MeterRegistry metrics) {
    config.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(metrics));
    config.setReadOnly(true);
    return new Connections(new HikariDataSource(config), "SELECT 'off'");
  }

  /** Registers a task that runs when the database becomes available again, before any other use. */
  void onRecovery(Runnable task) {
    onRecovery = task;
  }

  /** Replaces all connections. Those in use are closed when they are returned. */
  void evictAll() {
    source.getHikariPoolMXBean().softEvictConnections();
  }

  /** Acquires a connection. The caller closes it. */
  public Connection acquire() throws SQLException {
    if (unavailable) {
      return reconnect();
    }
    long startedAt = System.nanoTime();
    try {
      return source.getConnection();
    } catch (SQLException e) {
      // If there are connections, their users detect an outage.
      if (source.getHikariPoolMXBean().getTotalConnections() == 0) {
        reportOutage(e, startedAt);
      }
      throw e;
    }
  }

  /** Connects to a database that was unavailable. */
  private Connection reconnect() throws SQLException {
    if (nextAttempt - System.nanoTime() > 0 || !attempting.compareAndSet(false, true)) {
      throw new SQLTransientConnectionException(
          "The database was unavailable at the last attempt.");
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
        log.info("{}: the database is available again.", source.getPoolName());
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
        throw readOnly();
      }
    }
    if (!connection.getAutoCommit()) {
      connection.rollback();
    }
  }

  /** The exception for a database that does not accept writes. */
  static SQLException readOnly() {
    return new SQLException("The database is read-only.", READ_ONLY_TRANSACTION);
  }

  /**
   * Returns whether the database works after an error, so that the error concerns one operation. A
   * connection that does not work is replaced, and an error that concerns all clients is reported
   * as an outage. On a distributed database, a statement can get no answer because of a node. This
   * is not an outage if the database answers on another connection.
   *
   * @param since when the failed operation started, by {@link System#nanoTime}
   */
  boolean worksAfter(SQLException e, Connection connection, long since, boolean distributed) {
    if (!SqlErrors.mayBreakConnection(e) || isUsable(connection)) {
      return true;
    }
    source.evictConnection(connection);
    boolean reachable = distributed && isReachable();
    if (SqlErrors.isOutage(e) && !reachable) {
      reportOutage(e, since);
    }
    return reachable && SqlErrors.isOfNode(e);
  }

  private boolean isReachable() {
    try (Connection other = source.getConnection()) {
      requireUsable(other);
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  private boolean isUsable(Connection connection) {
    try {
      if (connection.isClosed()) {
        return false;
      }
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
      requireUsable(connection);
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /**
   * Reports that the database is unavailable, and evicts all connections.
   *
   * @param since when the failed operation started, by {@link System#nanoTime}
   */
  private synchronized void reportOutage(SQLException e, long since) {
    if (unavailable || since - availableSince < 0) {
      return;
    }
    nextAttempt = System.nanoTime();
    unavailable = true;
    evictAll();
    log.warn("{}: the database is unavailable: {}", source.getPoolName(), oneLine(e));
  }

  private static String oneLine(SQLException e) {
    Throwable cause = e.getCause() instanceof SQLException inner ? inner : e;
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    source.close();
  }
}
