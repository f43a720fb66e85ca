package dev.parley.storage.postgres.transaction;

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
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what is to be done in the database, whole or not at all. What loses a race against another
 * transaction is done again a few times, after a short and random pause.
 */
public final class Transactions implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Transactions.class);

  private static final int ATTEMPTS = 8;
  private static final Duration PAUSE_MIN = Duration.ofMillis(2);

  /** What a transaction may take that deletes very much. */
  private static final Duration DELETION_TIME = Duration.ofMinutes(10);

  /**
   * Before PostgreSQL 17 there is no {@code transaction_timeout}, and there it cannot be set to
   * something longer once it runs, but to nothing.
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

  private final Connections reads;
  private final Connections snapshots;
  private final Connections writes;
  private final Duration retryTime;
  private final Map<SqlErrors.Conflict, Counter> conflicts =
      new EnumMap<>(SqlErrors.Conflict.class);

  /**
   * Takes over the connections, and closes them when it is closed.
   *
   * @param retryTime what has taken longer is not begun again
   */
  public Transactions(
      Connections reads,
      Connections snapshots,
      Connections writes,
      Duration retryTime,
      MeterRegistry metrics) {
    this.reads = reads;
    this.snapshots = snapshots;
    this.writes = writes;
    this.retryTime = retryTime;
    // Another server may take the writes now: none may read from the one before.
    writes.onRecovery(
        () -> {
          reads.evictAll();
          snapshots.evictAll();
        });
    for (SqlErrors.Conflict conflict : SqlErrors.Conflict.values()) {
      conflicts.put(
          conflict,
          Counter.builder("parley.store.retries")
              .description("Transactions that lost a race, and were to be done again")
              .tag("reason", conflict.name().toLowerCase(Locale.ROOT))
              .register(metrics));
    }
  }

  /** Something to do in the database. */
  @FunctionalInterface
  public interface Body<T extends @Nullable Object> {
    T run(Connection connection) throws SQLException;
  }

  /** What is left to do after something else in the same transaction. */
  @FunctionalInterface
  public interface Remainder<T extends @Nullable Object> {
    void run(Connection connection, T begun) throws SQLException;
  }

  /** Something to read in the database. */
  @FunctionalInterface
  public interface Read<T extends @Nullable Object> {
    T run(ReadTransaction reading) throws SQLException;
  }

  /** Reads with statements that each see one state. */
  public <T extends @Nullable Object> T read(Cancellation cancellation, Read<T> body) {
    return read(connection -> body.run(new ReadTransaction(connection, cancellation, false)));
  }

  /** Reads with statements that each see one state. */
  public <T extends @Nullable Object> T read(Body<T> body) {
    return run(reads, body);
  }

  /** Reads with several statements that see one state. */
  public <T extends @Nullable Object> T readConsistent(Cancellation cancellation, Read<T> body) {
    return run(
        reads,
        connection -> {
          connection.setAutoCommit(false);
          T answer = body.run(new ReadTransaction(connection, cancellation, false));
          connection.commit();
          return answer;
        });
  }

  /** Begins a transaction that sees the present state until {@link #closeSnapshot} ends it. */
  ReadTransaction openSnapshot(Cancellation cancellation) {
    long since = System.nanoTime();
    try {
      Connection connection = snapshots.acquire();
      since = System.nanoTime();
      ReadTransaction reading = new ReadTransaction(connection, cancellation, true);
      try {
        begin(reading);
      } catch (Throwable e) {
        closeSnapshot(reading);
        throw e;
      }
      return reading;
    } catch (SQLException e) {
      throw failureOfSnapshot(e, since);
    }
  }

  /** PostgreSQL takes the snapshot of a transaction with its first statement. */
  private static void begin(ReadTransaction reading) throws SQLException {
    reading.connection().setAutoCommit(false);
    try (BoundStatement statement = reading.statement(FIRST_OF_SNAPSHOT)) {
      statement.run();
    }
  }

  /** Reads in an open snapshot. What fails is not done again: the transaction is over then. */
  public <T extends @Nullable Object> T readSnapshot(ReadTransaction reading, Read<T> body) {
    long since = System.nanoTime();
    try {
      return body.run(reading);
    } catch (SQLException e) {
      throw failureOfSnapshot(e, since);
    }
  }

  /** Ends the transaction of a snapshot and gives its connection back. */
  void closeSnapshot(ReadTransaction reading) {
    try (Connection connection = reading.connection()) {
      connection.rollback();
    } catch (SQLException e) {
      log.debug("A snapshot ended with its connection.", e);
    }
  }

  /** Writes, durably once this returns. */
  public <T extends @Nullable Object> T write(Body<T> body) {
    return run(
        writes,
        connection -> {
          T answer = body.run(connection);
          connection.commit();
          return answer;
        });
  }

  /**
   * Writes what may take long.
   *
   * @param begin done in the usual time, as it may find the database gone
   * @param rest what takes long, given what {@code begin} says
   * @return what {@code begin} says
   */
  public <T extends @Nullable Object> T writeLong(Body<T> begin, Remainder<T> rest) {
    return run(
        writes,
        connection -> {
          T begun = begin.run(connection);
          runLong(
              connection,
              same -> {
                rest.run(same, begun);
                return true;
              });
          connection.commit();
          return begun;
        });
  }

  /** Writes what may take long from its first statement on. */
  public <T extends @Nullable Object> T writeLong(Body<T> body) {
    return run(
        writes,
        connection -> {
          T answer = runLong(connection, body);
          connection.commit();
          return answer;
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
      try (Connection connection = connections.acquire()) {
        since = System.nanoTime();
        return body.run(connection);
      } catch (SQLException e) {
        SqlErrors.Conflict conflict = SqlErrors.conflict(e);
        if (conflict == null || attempt == ATTEMPTS || since - begin > retryTime.toNanos()) {
          if (SqlErrors.isOutage(e)) {
            connections.reportOutage(e, since);
          }
          throw failure(e);
        }
        Objects.requireNonNull(conflicts.get(conflict)).increment();
        pause(attempt);
      }
    }
  }

  private RuntimeException failureOfSnapshot(SQLException e, long since) {
    if (SqlErrors.isOutage(e)) {
      snapshots.reportOutage(e, since);
    }
    return failure(e);
  }

  private static RuntimeException failure(SQLException e) {
    if (SqlErrors.isUnavailable(e)) {
      log.debug("The store is not available.", e);
      return SqlErrors.unavailable();
    }
    if (SqlErrors.conflict(e) != null) {
      log.warn("Gave up a transaction that lost too many races: {}", e.getSQLState());
      return SqlErrors.unavailable();
    }
    return new IllegalStateException("The database refused a statement.", e);
  }

  private static void pause(int attempt) {
    long max = PAUSE_MIN.toNanos() << attempt;
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(max / 2, max));
  }

  @Override
  public void close() {
    reads.close();
    snapshots.close();
    writes.close();
  }
}
