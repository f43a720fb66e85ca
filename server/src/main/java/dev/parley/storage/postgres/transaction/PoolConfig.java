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

  /** The part of the time limit of a statement that a batch of appends may take. */
  private static final int BATCH_FRACTION = 4;

  /** The part of the patience that the answer to a statement may take after its time limit. */
  private static final int ANSWER_FRACTION = 20;

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
    config.setExceptionOverride(new EvictUnlessAnswered());
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
    return sessionSettings(isolation, statementMillis(patience), patience, timeMax(patience));
  }

  /**
   * The settings for batches of many agents. Their statements time out earlier, because the agents
   * wait together if the shard of one of them does not answer.
   */
  static String batchSettings(Duration patience, String isolation) {
    return sessionSettings(
        isolation, statementMillis(patience) / BATCH_FRACTION, patience, timeMax(patience));
  }

  /** The settings for snapshots, whose readers can be slow. */
  static String snapshotSettings(
      Duration patience, String isolation, Duration idleTimeMax, Duration transactionTimeMax) {
    return sessionSettings(isolation, statementMillis(patience), idleTimeMax, transactionTimeMax);
  }

  /**
   * How long to wait for the answer to a statement of a batch of appends, in milliseconds. It is
   * longer than the time limit of the statement.
   */
  static int batchAnswerMillis(Duration patience) {
    return (int)
        (statementMillis(patience) / BATCH_FRACTION + patience.toMillis() / ANSWER_FRACTION);
  }

  private static long statementMillis(Duration patience) {
    return patience.toSeconds() * 800;
  }

  private static Duration timeMax(Duration patience) {
    return patience.multipliedBy(PATIENCE_PER_TRANSACTION);
  }

  private static String sessionSettings(
      String isolation, long statementMillis, Duration idleTimeMax, Duration transactionTimeMax) {
    return """
        SET statement_timeout = %1$d;
        SET lock_timeout = %2$d;
        SET idle_in_transaction_session_timeout = %3$d;
        SET default_transaction_isolation = '%4$s';
        SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') = 'off';
        SELECT set_config(name, '%5$d', false) FROM pg_settings WHERE name = 'transaction_timeout';
        SELECT set_config(name, '%6$d', false) FROM pg_settings
        WHERE name = 'citus.node_connection_timeout'
        """
        .formatted(
            statementMillis,
            // Earlier than the statement, so that the error tells a lock from a slow database.
            Math.min(statementMillis * 3 / 4, LOCK_TIME_MAX.toMillis()),
            idleTimeMax.toMillis(),
            isolation,
            transactionTimeMax.toMillis(),
            statementMillis * 3 / 4);
  }

  /**
   * Leaves errors that the server sent to {@link Connections#worksAfter}, because SQLSTATE alone
   * does not tell whether the connection still works.
   */
  static final class EvictUnlessAnswered implements SQLExceptionOverride {
    @java.lang.Override
    public Override adjudicate(SQLException e) {
      return SqlErrors.isAnswer(e) ? Override.DO_NOT_EVICT : Override.CONTINUE_EVICT;
    }
  }
}
