package dev.parley.storage.postgres.transaction;

import dev.parley.storage.Cancellation;
import dev.parley.storage.commit.SnapshotPool;

/** Opens snapshots of the shared store: read-only transactions, each with its own connection. */
public final class SnapshotConnections implements SnapshotPool.Source<ReadTransaction> {
  private final Transactions transactions;

  public SnapshotConnections(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public ReadTransaction open(Cancellation cancellation) {
    return transactions.openSnapshot(cancellation);
  }

  @Override
  public void release(ReadTransaction transaction) {
    transactions.closeSnapshot(transaction);
  }
}
