package dev.parley.storage.postgres.transaction;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.sql.StatementException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

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

  /**
   * SQLSTATE classes of an unavailable database: connection exception, insufficient resources,
   * operator intervention, system error.
   */
  private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "53", "57", "58");

  private static final String CONNECTION_CLASS = "08";

  /** Transaction idle or open for too long, session idle for too long: the connection is closed. */
  private static final Set<String> CLOSING_STATES = Set.of("25P03", "25P04", "57P05");

  /** It is unknown whether a transaction was committed. */
  private static final Set<String> UNKNOWN_OUTCOME_STATES = Set.of("08007", "40003");

  /** Read-only, as on a standby; shut down, crashed, or not yet started. */
  private static final Set<String> OUTAGE_STATES = Set.of("25006", "57P01", "57P02", "57P03");

  /**
   * Read-only, as on a standby; transaction idle or open for too long; login rejected; database
   * missing; outcome unknown; lock timeout.
   */
  private static final Set<String> UNAVAILABLE_STATES =
      Set.of("25006", "25P03", "25P04", "28000", "28P01", "3D000", "40003", "55P03");

  private static final String UNAVAILABLE = "The store is not available.";

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
    return state == null || UNAVAILABLE_STATES.contains(state) || isOfUnavailableClass(state);
  }

  private static boolean isOfUnavailableClass(String state) {
    return state.length() == 5 && UNAVAILABLE_CLASSES.contains(state.substring(0, 2));
  }

  /**
   * Whether the rows of one agent are unavailable, given an error that the server sent over a
   * connection that still works. A lock that another transaction holds does not count, because it
   * concerns one session.
   */
  static boolean isOfShard(SQLException e) {
    return e instanceof StatementException failed
        && failed.placement() == Sql.Placement.AGENT
        && e.getSQLState() != null
        && isOfUnavailableClass(e.getSQLState());
  }

  /**
   * Whether the node with the rows of an agent is unavailable: the connection to it failed, or the
   * database reported a timeout and then stopped answering. Citus does this while it waits for a
   * node that is frozen.
   */
  static boolean isOfNode(SQLException e) {
    return isOfShard(e) && (isOfConnection(e) || isConnectionLostAfter(e));
  }

  private static boolean isOfConnection(SQLException e) {
    return e.getSQLState() != null && e.getSQLState().startsWith(CONNECTION_CLASS);
  }

  /** Whether the server sent an error, and the connection was lost before the end of the answer. */
  private static boolean isConnectionLostAfter(SQLException e) {
    Throwable sent = e instanceof StatementException ? e.getCause() : e;
    if (sent instanceof SQLException first) {
      for (Throwable each : first) {
        if (each instanceof SQLException next && isOfConnection(next)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether a statement was cancelled because it exceeded its time limit. */
  static boolean isTimeout(SQLException e) {
    return PSQLState.QUERY_CANCELED.getState().equals(e.getSQLState());
  }

  /** Whether a transaction may have been committed although it failed with this error. */
  static boolean isOutcomeUnknown(SQLException e) {
    return UNKNOWN_OUTCOME_STATES.contains(e.getSQLState());
  }

  /** Whether the server sent an error, as opposed to the driver. */
  static boolean isAnswer(SQLException e) {
    SQLException each = e instanceof BatchUpdateException ? e.getNextException() : e;
    return each instanceof PSQLException sent && sent.getServerErrorMessage() != null;
  }

  /** Whether the connection may not work after this error. */
  static boolean mayBreakConnection(SQLException e) {
    return e.getSQLState() == null
        || isOutage(e)
        || CLOSING_STATES.contains(e.getSQLState())
        || isConnectionLostAfter(e);
  }

  /**
   * Whether no client can use the database in its present state, so that connections must be
   * replaced. Only valid for an error after which the connection does not work: with Citus, a
   * server can also send such an error if one of its workers is unavailable.
   */
  static boolean isOutage(SQLException e) {
    String state = e.getSQLState();
    return state != null
        && !(e instanceof SQLTransientConnectionException)
        && (isOfConnection(e) || OUTAGE_STATES.contains(state));
  }

  static SessionException unavailable() {
    return new SessionException(ErrorReason.UNAVAILABLE, UNAVAILABLE);
  }

  /** The exception for an error after which the connection still works. */
  static SessionException unavailable(SQLException cause) {
    return new SessionException(ErrorReason.UNAVAILABLE, UNAVAILABLE, cause);
  }
}
