package dev.parley.storage.postgres.transaction;

import dev.parley.storage.Cancellation;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A transaction for reading.
 *
 * @param connection the connection
 * @param cancellation checked before each statement and at each row
 * @param continues whether the transaction continues after a statement that could end it; see
 *     {@link Sql#thenCommit}
 */
public record ReadTransaction(Connection connection, Cancellation cancellation, boolean continues) {

  /** Creates a statement of this transaction. */
  public BoundStatement statement(Sql sql) throws SQLException {
    cancellation.throwIfCancelled();
    return new BoundStatement(connection, continues ? sql.withoutCommit() : sql, cancellation);
  }
}
