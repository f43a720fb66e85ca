package dev.parley.storage.postgres.transaction;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.time.Duration;

/** The configuration of connection pools and of their database sessions. */
final class PoolConfig {
  /** The time limit for acquiring and for opening a connection. */
  private static final Duration CONNECT_TIME_MAX = Duration.ofSeconds(3);

  /** The time limit for a lock. It is longer than PostgreSQL needs to detect a deadlock. */
  private static final Duration LOCK_TIME_MAX = Duration.ofSeconds(2);

  /**
   * The time limit of a transaction, as a multiple of the time limit of a statement. Only large
   * deletions take longer.
   */
  private static final int PATIENCE_PER_TRANSACTION = 6;

  private PoolConfig() {}

  static HikariConfig create(
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
    // In a separate transaction: a rollback of the first call would undo the settings.
    config.setIsolateInternalQueries(true);
    config.addDataSourceProperty("ApplicationName", "parley");
    config.addDataSourceProperty("connectTimeout", connectSeconds);
    config.addDataSourceProperty("loginTimeout", connectSeconds);
    config.addDataSourceProperty("socketTimeout", Long.toString(patience.toSeconds()));
    config.addDataSourceProperty("tcpKeepAlive", "true");
    // Row contents must not appear in logs.
    config.addDataSourceProperty("logServerErrorDetail", "false");
    return config;
  }

  /**
   * The settings of a database session. A commit waits at least until the data is on the local
   * disk. Statements time out before the connection does, because a new connection is more
   * expensive. If a server stops responding, its transactions release their locks: soon if it stops
   * between statements, later if it stops within one, which requires PostgreSQL 17.
   */
  static String sessionSettings(Duration patience, String isolation) {
    return sessionSettings(
        patience, isolation, patience, patience.multipliedBy(PATIENCE_PER_TRANSACTION));
  }

  static String sessionSettings(
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

  /** A server that became read-only is now a standby. The next connection finds the primary. */
  static final class EvictStandbys implements SQLExceptionOverride {
    static final String READ_ONLY_TRANSACTION = "25006";

    @java.lang.Override
    public Override adjudicate(SQLException e) {
      return READ_ONLY_TRANSACTION.equals(e.getSQLState())
          ? Override.MUST_EVICT
          : Override.CONTINUE_EVICT;
    }
  }
}
