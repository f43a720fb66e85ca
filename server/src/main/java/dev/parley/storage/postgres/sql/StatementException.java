package dev.parley.storage.postgres.sql;

import java.sql.SQLException;

/** An SQL error of a statement, with the placement of the rows that the statement uses. */
public final class StatementException extends SQLException {
  private static final long serialVersionUID = 1;

  private final Sql.Placement placement;

  private StatementException(SQLException cause, Sql.Placement placement) {
    super(cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), cause);
    this.placement = placement;
  }

  /** Adds the placement of a statement to its error, once. */
  public static SQLException of(SQLException cause, Sql.Placement placement) {
    return cause instanceof StatementException ? cause : new StatementException(cause, placement);
  }

  /** Where the rows of the failed statement are placed. */
  public Sql.Placement placement() {
    return placement;
  }
}
