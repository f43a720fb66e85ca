package dev.parley.storage.postgres.change;

import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * The number up to which the change log is complete. A transaction that takes a number may commit
 * after one that takes a greater number, so readers must not pass a number that is still open.
 *
 * <p>A sample is the last number that was taken, and then a new transaction id. A transaction has
 * an id before it takes a number. So all transactions that took a number of the sample have a
 * smaller id than the sample. Once the database reports that all transactions with smaller ids have
 * ended, each number up to that of the sample has been committed, or will never be. The greatest id
 * of a snapshot cannot take the place of the new id: it is the greatest that has ended, and open
 * transactions can have greater ones.
 *
 * <p>The transaction of the sample commits durably. So the numbers of the sample are not taken
 * again after a crash of the database.
 *
 * <p>Instances are not thread-safe.
 */
final class ChangeHorizon {
  /** How many samples may wait for open transactions. */
  private static final int SAMPLES_MAX = 8;

  /** How often to look whether the transactions that were open at a sample have ended. */
  private static final int LOOKS = 10;

  private static final Duration PAUSE = Duration.ofMillis(2);

  private static final Sql OBSERVE =
      Sql.everywhere(
          """
          SELECT last_value, pg_snapshot_xmin(pg_current_snapshot())::text::bigint
          FROM session_change_number
          """);

  /** Reads the last number first, and then writes, which takes an id. */
  private static final Sql SAMPLE =
      Sql.everywhere(
          """
          WITH taken AS MATERIALIZED (SELECT last_value FROM session_change_number)
          SELECT last_value, pg_current_xact_id()::text::bigint,
            pg_logical_emit_message(true, 'parley', '')::text
          FROM taken
          """);

  private final Deque<Sample> samples = new ArrayDeque<>();
  private long number;

  /**
   * Numbers that were taken before a transaction.
   *
   * @param last the last number that was taken
   * @param transactionId the id of the transaction
   */
  private record Sample(long last, long transactionId) {}

  /**
   * What can be read.
   *
   * @param number the number up to which the log is complete; 0 if it is not known yet. It falls
   *     only if the database returns to an older state.
   * @param last the last number that was taken
   */
  record State(long number, long last) {
    boolean isKnown() {
      return number > 0;
    }
  }

  /**
   * Advances to the last number, if no transaction is open that took one. Waits a few milliseconds
   * for open transactions. Each statement of {@code connection} must be a transaction of its own.
   */
  State advance(Connection connection) throws SQLException {
    long last = observe(connection);
    long sampled = samples.isEmpty() ? number : samples.getLast().last();
    if (last > sampled && samples.size() < SAMPLES_MAX) {
      samples.add(read(connection, SAMPLE));
      last = observe(connection);
    }
    for (int i = 0; i < LOOKS && !samples.isEmpty(); i++) {
      LockSupport.parkNanos(PAUSE.toNanos());
      last = observe(connection);
    }
    return new State(number, last);
  }

  /** Removes the samples whose transactions have ended. Returns the last number. */
  private long observe(Connection connection) throws SQLException {
    Sample observed = read(connection, OBSERVE);
    if (observed.last() < number) {
      // The database lost its newest changes, such as at a failover. Their numbers are taken again.
      samples.clear();
      number = 0;
    }
    while (!samples.isEmpty() && samples.getFirst().transactionId() < observed.transactionId()) {
      number = Math.max(number, samples.remove().last());
    }
    return observed.last();
  }

  private static Sample read(Connection connection, Sql sql) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, sql)) {
      return statement.all(row -> new Sample(row.number(), row.number())).get(0);
    }
  }
}
