package dev.parley.storage.postgres.transaction;

import dev.parley.storage.Cancellation;
import dev.parley.storage.commit.SnapshotPool;

/**
 * Snapshots of the shared store: each is a transaction that reads, with a connection of its own.
 */
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
