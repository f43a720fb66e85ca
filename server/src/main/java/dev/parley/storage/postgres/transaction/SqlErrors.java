package dev.parley.storage.postgres.transaction;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Classifies SQL errors. */
final class SqlErrors {
  /** Conflicts after which a transaction may be retried, by SQLSTATE. The names are metric tags. */
  enum Conflict {
    SERIALIZATION("40001"),
    DEADLOCK("40P01"),
    UNIQUE("23505"),
    /** A migration changed a table that a prepared statement uses. */
    CHANGED_PLAN("0A000"),
    /** A prepared statement was lost because a connection pooler switched the session. */
    LOST_STATEMENT("26000");

    private final String state;

    Conflict(String state) {
      this.state = state;
    }
  }

  /** Connection exception, insufficient resources, operator intervention, system error. */
  private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "53", "57", "58");

  /** Read-only, as on a standby; shut down, crashed, or not yet started. */
  private static final Set<String> OUTAGE_STATES = Set.of("25006", "57P01", "57P02", "57P03");

  /**
   * Read-only, as on a standby; transaction idle or open for too long; login rejected; database
   * missing; outcome unknown; lock timeout.
   */
  private static final Set<String> UNAVAILABLE_STATES =
      Set.of("25006", "25P03", "25P04", "28000", "28P01", "3D000", "40003", "55P03");

  private SqlErrors() {}

  /** The conflict, or null. */
  static @Nullable Conflict conflict(SQLException e) {
    for (Conflict conflict : Conflict.values()) {
      if (conflict.state.equals(e.getSQLState())) {
        return conflict == Conflict.UNIQUE && !isForKey(e) ? null : conflict;
      }
    }
    return null;
  }

  /** Whether two sessions wanted the same key. All other unique columns are ids. */
  private static boolean isForKey(SQLException e) {
    // Only the message of Citus names the index, with the number of the shard as a suffix.
    return e.getMessage() != null && e.getMessage().contains("session_by_key");
  }

  /** Whether the database is temporarily unavailable. */
  static boolean isUnavailable(SQLException e) {
    if (e instanceof SQLTransientConnectionException || e instanceof SQLRecoverableException) {
      return true;
    }
    String state = e.getSQLState();
    return state == null
        || UNAVAILABLE_STATES.contains(state)
        || (state.length() == 5 && UNAVAILABLE_CLASSES.contains(state.substring(0, 2)));
  }

  /**
   * Whether no client can use the database in its present state, so that connections must be
   * replaced.
   */
  static boolean isOutage(SQLException e) {
    String state = e.getSQLState();
    return state != null
        && !(e instanceof SQLTransientConnectionException)
        && (state.startsWith("08") || OUTAGE_STATES.contains(state));
  }

  static SessionException unavailable() {
    return new SessionException(ErrorReason.UNAVAILABLE, "The store is not available.");
  }
}
