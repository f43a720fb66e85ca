package dev.parley.storage.postgres.write;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that a batch of appends failed and is committed agent by agent. If this lasts, appends are
 * slower, and no caller may notice. One line at most in ten seconds, because each batch may fail.
 */
final class SplitBatchLog {
  static final Duration PAUSE = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(SplitBatchLog.class);

  /** SQLSTATE class of rejected values. The messages of the database can contain these values. */
  private static final String DATA_EXCEPTION = "22";

  private final LongSupplier nanoTime;
  private final AtomicLong next;

  /**
   * Creates a log.
   *
   * @param nanoTime the present time in nanoseconds, as {@link System#nanoTime}
   */
  SplitBatchLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    next = new AtomicLong(nanoTime.getAsLong());
  }

  /** Logs the failure of a batch with appends of this number of agents, unless another was. */
  void failed(int agents, RuntimeException failure) {
    long now = nanoTime.getAsLong();
    long allowed = next.get();
    if (now - allowed >= 0 && next.compareAndSet(allowed, now + PAUSE.toNanos())) {
      log.warn(
          "A batch of appends of {} failed and is committed agent by agent: {}",
          agents == 1 ? "1 agent" : agents + " agents",
          reason(failure));
    }
  }

  /** The reason in one line, without values of rows. */
  private static String reason(RuntimeException failure) {
    if (!(failure.getCause() instanceof SQLException error)) {
      return failure.toString().lines().findFirst().orElse("");
    }
    String state = String.valueOf(error.getSQLState());
    ServerErrorMessage sent = serverMessage(error);
    String text =
        sent == null || sent.getMessage() == null || state.startsWith(DATA_EXCEPTION)
            ? "the database rejected a statement"
            : sent.getMessage().lines().findFirst().orElse("");
    return text + " (SQLSTATE " + state + ")";
  }

  /** What the server sent, without the statement, which the driver adds to errors of batches. */
  private static @Nullable ServerErrorMessage serverMessage(SQLException error) {
    Throwable each = error;
    while (each != null) {
      if (each instanceof PSQLException sent && sent.getServerErrorMessage() != null) {
        return sent.getServerErrorMessage();
      }
      each =
          each instanceof BatchUpdateException batch ? batch.getNextException() : each.getCause();
    }
    return null;
  }
}
