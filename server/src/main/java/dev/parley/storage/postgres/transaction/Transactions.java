package dev.parley.storage.postgres.transaction;

import dev.parley.model.SessionException;
import dev.parley.storage.Cancellation;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs atomic transactions. A transaction that conflicts with another is retried a few times, after
 * a short random pause.
 */
public final class Transactions implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Transactions.class);

  private static final int ATTEMPTS = 8;
  private static final Duration PAUSE_MIN = Duration.ofMillis(2);

  /** The time limit of transactions that delete large amounts of data. */
  private static final Duration DELETION_TIME = Duration.ofMinutes(10);

  /**
   * Versions before PostgreSQL 17 have no {@code transaction_timeout}. In later versions it cannot
   * be extended within a transaction, only disabled.
   */
  private static final Sql DELETION_TIMEOUT =
      Sql.everywhere(
          """
          SELECT set_config(
            name, CASE name WHEN 'statement_timeout' THEN '%d' ELSE '0' END, true)
          FROM pg_settings
          WHERE name IN ('statement_timeout', 'transaction_timeout')
          """
              .formatted(DELETION_TIME.toMillis()));

  private static final Sql FIRST_OF_SNAPSHOT = Sql.ofDirectory("SELECT 1");

  /**
   * Writes to the log and to no table. A read-only transaction may do this as well, except on a
   * standby, so the statement also checks the mode of the transaction.
   */
  private static final Sql WRITE_CHECK =
      Sql.ofDirectory(
          """
          SELECT CASE current_setting('transaction_read_only') WHEN 'off'
            THEN pg_logical_emit_message(true, 'parley', '')::text END
          """);

  private final Connections reads;
  private final Connections snapshots;
  private final Connections appends;
  private final Connections writes;
  private final Duration retryTime;
  private final boolean distributed;
  private final int batchAnswerMillis;
  private final Map<SqlErrors.Conflict, Counter> conflicts =
      new EnumMap<>(SqlErrors.Conflict.class);

  /**
   * Opens the connection pools.
   *
   * @param distributed whether the database distributes agents over nodes
   * @param patience how long the database may take to answer, and the time after which a
   *     transaction is not retried
   */
  public Transactions(
      String url, boolean distributed, PoolSizes sizes, Duration patience, MeterRegistry metrics) {
    reads = Connections.forReads(url, sizes.reads(), patience, metrics);
    snapshots = Connections.forSnapshots(url, sizes.snapshots(), patience, metrics);
    appends = Connections.forAppends(url, sizes.appends(), patience, metrics);
    writes = Connections.forWrites(url, sizes.writes(), patience, metrics);
    retryTime = patience;
    this.distributed = distributed;
    batchAnswerMillis = PoolConfig.batchAnswerMillis(patience);
    // After a failover another server may accept writes. Do not read from the old one.
    for (Connections each : List.of(appends, writes)) {
      each.onRecovery(
          () -> {
            reads.evictAll();
            snapshots.evictAll();
          });
    }
    for (SqlErrors.Conflict conflict : SqlErrors.Conflict.values()) {
      conflicts.put(
          conflict,
          Counter.builder("parley.store.retries")
              .description("The number of transactions retried after a conflict")
              .tag("reason", conflict.name().toLowerCase(Locale.ROOT))
              .register(metrics));
    }
  }

  /** The body of a transaction. */
  @FunctionalInterface
  public interface Body<T extends @Nullable Object> {
    T run(Connection connection) throws SQLException;
  }

  /** The second part of a transaction. */
  @FunctionalInterface
  public interface Remainder<T extends @Nullable Object> {
    void run(Connection connection, T first) throws SQLException;
  }

  /** The body of a read. */
  @FunctionalInterface
  public interface Read<T extends @Nullable Object> {
    T run(ReadTransaction reading) throws SQLException;
  }

  /** Reads. Each statement sees its own state. */
  public <T extends @Nullable Object> T read(Cancellation cancellation, Read<T> body) {
    return read(connection -> body.run(new ReadTransaction(connection, cancellation, false)));
  }

  /** Reads. Each statement sees its own state. */
  public <T extends @Nullable Object> T read(Body<T> body) {
    return run(reads, body);
  }

  /** Reads. All statements see one state. */
  public <T extends @Nullable Object> T readConsistent(Cancellation cancellation, Read<T> body) {
    return run(
        reads,
        connection -> {
          connection.setAutoCommit(false);
          T result = body.run(new ReadTransaction(connection, cancellation, false));
          connection.commit();
          return result;
        });
  }

  /** Starts a transaction that sees the present state until {@link #closeSnapshot} ends it. */
  ReadTransaction openSnapshot(Cancellation cancellation) {
    ReadTransaction reading;
    try {
      reading = new ReadTransaction(snapshots.acquire(), cancellation, true);
    } catch (SQLException e) {
      throw failure(e, false);
    }
    boolean begun = false;
    try {
      var unused = readSnapshot(reading, Transactions::begin);
      begun = true;
      return reading;
    } finally {
      if (!begun) {
        closeSnapshot(reading);
      }
    }
  }

  /** PostgreSQL takes the snapshot of a transaction with its first statement. */
  private static boolean begin(ReadTransaction reading) throws SQLException {
    reading.connection().setAutoCommit(false);
    try (BoundStatement statement = reading.statement(FIRST_OF_SNAPSHOT)) {
      statement.run();
      return true;
    }
  }

  /**
   * Reads within an open snapshot. Failed reads are not retried, because the transaction has ended.
   */
  public <T extends @Nullable Object> T readSnapshot(ReadTransaction reading, Read<T> body) {
    long since = System.nanoTime();
    try {
      return body.run(reading);
    } catch (SQLException e) {
      throw failureOfSnapshot(e, reading, since);
    }
  }

  /** Ends the transaction of a snapshot and returns its connection. */
  void closeSnapshot(ReadTransaction reading) {
    try (Connection connection = reading.connection()) {
      connection.rollback();
    } catch (SQLException e) {
      log.debug("The connection of a snapshot was lost.", e);
    }
  }

  /** Writes. The changes are durable when this returns. */
  public <T extends @Nullable Object> T write(Body<T> body) {
    return write(writes, body);
  }

  /** Writes a batch of appends, with a shorter time limit. */
  public <T extends @Nullable Object> T writeBatch(Body<T> body) {
    return write(appends, distributed ? connection -> runBatch(connection, body) : body);
  }

  /**
   * Stops waiting for the answer to a statement soon after its time limit. Citus does not enforce
   * the time limit of a statement that waits for a node that is frozen. The commit has the usual
   * time, because it is unknown what became of a commit without an answer.
   */
  private <T extends @Nullable Object> T runBatch(Connection connection, Body<T> body)
      throws SQLException {
    int timeout = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, batchAnswerMillis);
    T result = body.run(connection);
    // After a failure, the pool restores it.
    connection.setNetworkTimeout(Runnable::run, timeout);
    return result;
  }

  private <T extends @Nullable Object> T write(Connections connections, Body<T> body) {
    return run(
        connections,
        connection -> {
          T result = body.run(connection);
          connection.commit();
          return result;
        });
  }

  /** Checks that the database accepts durable writes. Fails if it does not. */
  public boolean checkWritable() {
    return write(
        connection -> {
          try (BoundStatement statement = new BoundStatement(connection, WRITE_CHECK)) {
            if (statement.all(Row::text).get(0) == null) {
              throw Connections.readOnly();
            }
            return true;
          }
        });
  }

  /**
   * Writes with an extended time limit for the second part.
   *
   * @param begin runs within the usual time limit, because it may find the database unavailable
   * @param rest runs with the extended time limit, given the result of {@code begin}
   * @return the result of {@code begin}
   */
  public <T extends @Nullable Object> T writeLong(Body<T> begin, Remainder<T> rest) {
    return run(
        writes,
        connection -> {
          T first = begin.run(connection);
          runLong(
              connection,
              same -> {
                rest.run(same, first);
                return true;
              });
          connection.commit();
          return first;
        });
  }

  /** Writes with an extended time limit from the first statement on. */
  public <T extends @Nullable Object> T writeLong(Body<T> body) {
    return run(
        writes,
        connection -> {
          T result = runLong(connection, body);
          connection.commit();
          return result;
        });
  }

  private static <T extends @Nullable Object> T runLong(Connection connection, Body<T> body)
      throws SQLException {
    int timeout = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, (int) DELETION_TIME.toMillis());
    try (BoundStatement statement = new BoundStatement(connection, DELETION_TIMEOUT)) {
      statement.all(Row::text);
      return body.run(connection);
    } finally {
      connection.setNetworkTimeout(Runnable::run, timeout);
    }
  }

  private <T extends @Nullable Object> T run(Connections connections, Body<T> body) {
    long begin = System.nanoTime();
    for (int attempt = 1; ; attempt++) {
      long since = System.nanoTime();
      boolean answered = false;
      try (Connection connection = connections.acquire()) {
        since = System.nanoTime();
        try {
          return body.run(connection);
        } catch (SQLException e) {
          answered = connections.worksAfter(e, connection, since, distributed);
          throw e;
        }
      } catch (SQLException e) {
        SqlErrors.Conflict conflict = SqlErrors.conflict(e);
        if (conflict == null || attempt == ATTEMPTS || since - begin > retryTime.toNanos()) {
          throw failure(e, answered);
        }
        Objects.requireNonNull(conflicts.get(conflict)).increment();
        pause(attempt);
      }
    }
  }

  private RuntimeException failureOfSnapshot(SQLException e, ReadTransaction reading, long since) {
    return failure(e, snapshots.worksAfter(e, reading.connection(), since, distributed));
  }

  /**
   * Returns the exception for an error.
   *
   * @param answered whether the database works, so that the error concerns this operation. Then the
   *     error is the cause of the exception.
   */
  private static RuntimeException failure(SQLException e, boolean answered) {
    if (SqlErrors.isUnavailable(e)) {
      log.debug("The store is not available.", e);
      return answered ? SqlErrors.unavailable(e) : SqlErrors.unavailable();
    }
    if (SqlErrors.conflict(e) != null) {
      log.warn(
          "Gave up a transaction after too many conflicts with others. SQLSTATE: {}",
          e.getSQLState());
      return SqlErrors.unavailable(e);
    }
    return new IllegalStateException("The database rejected a statement.", e);
  }

  /**
   * Whether a failed transaction was rolled back because of one of its statements, so that its
   * parts can succeed in transactions of their own. False if the database is unavailable, or if it
   * is unknown whether the transaction was committed.
   */
  public static boolean isDivisible(RuntimeException failure) {
    return failure.getCause() instanceof SQLException e
        ? !SqlErrors.isOutcomeUnknown(e)
        : !(failure instanceof SessionException);
  }

  /** Whether a transaction failed because the rows of an agent are unavailable. */
  public static boolean isShardUnavailable(Throwable failure) {
    return failure instanceof SessionException
        && failure.getCause() instanceof SQLException e
        && SqlErrors.isOfShard(e);
  }

  /** Whether a transaction failed because the connection to the node of an agent failed. */
  public static boolean isNodeUnavailable(Throwable failure) {
    return failure.getCause() instanceof SQLException e && SqlErrors.isOfNode(e);
  }

  /** Whether a transaction failed because a statement exceeded its time limit. */
  static boolean isTimeout(Throwable failure) {
    return failure.getCause() instanceof SQLException e && SqlErrors.isTimeout(e);
  }

  private static void pause(int attempt) {
    long max = PAUSE_MIN.toNanos() << attempt;
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(max / 2, max));
  }

  @Override
  public void close() {
    reads.close();
    snapshots.close();
    appends.close();
    writes.close();
  }
}
