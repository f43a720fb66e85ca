package dev.parley.storage.postgres;

import dev.parley.storage.commit.SampledValue;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.commit.Workers;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.transaction.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;

/** The gauge of the size of the database. */
final class DatabaseSize {
  /** With Citus, this is the size on the node that answers. */
  private static final Sql SIZE = Sql.everywhere("SELECT pg_database_size(current_database())");

  private DatabaseSize() {}

  static void addTo(StoreObserver observer, Transactions transactions, Workers workers) {
    SampledValue size =
        new SampledValue(() -> workers.run(() -> transactions.read(DatabaseSize::measure)));
    observer.gauge("store.disk", "bytes", "The size of the store on disk.", size);
  }

  private static long measure(Connection connection) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, SIZE)) {
      return Objects.requireNonNull(statement.first(Row::number));
    }
  }
}
