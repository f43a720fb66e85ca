package dev.parley.storage.postgres.transaction;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What errors of the database mean to a caller. */
final class SqlErrors {
  /** What the loser of a race gets, and may do again: by SQLSTATE, what a metric calls it. */
  enum Conflict {
    SERIALIZATION("40001"),
    DEADLOCK("40P01"),
    UNIQUE("23505"),
    /** A migration changed a table under a prepared statement. */
    CHANGED_PLAN("0A000"),
    /** A prepared statement was lost, as a connection pooler on the way had another session. */
    LOST_STATEMENT("26000");

    private final String state;

    Conflict(String state) {
      this.state = state;
    }
  }

  /** Connection exception, insufficient resources, operator intervention, system error. */
  private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "53", "57", "58");

  /** Connection exception; shut down, crashed, or not started yet; read-only, as a standby is. */
  private static final Set<String> OUTAGE_STATES = Set.of("25006", "57P01", "57P02", "57P03");

  /**
   * Read-only, as a standby is; a transaction that stood still or went on for too long; refused to
   * log in; database gone; outcome not known; waited too long for a lock.
   */
  private static final Set<String> UNAVAILABLE_STATES =
      Set.of("25006", "25P03", "25P04", "28000", "28P01", "3D000", "40003", "55P03");

  private SqlErrors() {}

  /** The race that was lost, or null. */
  static @Nullable Conflict conflict(SQLException e) {
    for (Conflict conflict : Conflict.values()) {
      if (conflict.state.equals(e.getSQLState())) {
        return conflict == Conflict.UNIQUE && !isForKey(e) ? null : conflict;
      }
    }
    return null;
  }

  /** Whether two wanted one key of an agent's. All else that is unique has an id of its own. */
  private static boolean isForKey(SQLException e) {
    // Citus names the index here only, and its shard's: the name goes on with the shard's number.
    return e.getMessage() != null && e.getMessage().contains("session_by_key");
  }

  /** Whether the database cannot be used now, but may be later. */
  static boolean isUnavailable(SQLException e) {
    if (e instanceof SQLTransientConnectionException || e instanceof SQLRecoverableException) {
      return true;
    }
    String state = e.getSQLState();
    return state == null
        || UNAVAILABLE_STATES.contains(state)
        || (state.length() == 5 && UNAVAILABLE_CLASSES.contains(state.substring(0, 2)));
  }

  /** Whether nobody can use the database as it is, and connections to it are better made anew. */
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
