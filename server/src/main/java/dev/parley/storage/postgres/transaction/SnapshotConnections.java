package dev.parley.storage.postgres.transaction;

import dev.parley.storage.Cancellation;
import dev.parley.storage.commit.SnapshotPool;
import dev.parley.storage.commit.StoreObserver;

/** Opens snapshots of the shared store: read-only transactions, each with its own connection. */
public final class SnapshotConnections implements SnapshotPool.Source<ReadTransaction> {
  private final Transactions transactions;

  private SnapshotConnections(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Creates a pool of snapshots. */
  public static SnapshotPool<ReadTransaction> pool(
      Transactions transactions, PoolSizes sizes, int waitingMax, StoreObserver observer) {
    return new SnapshotPool<>(
        new SnapshotConnections(transactions),
        sizes.snapshots(),
        sizes.snapshots(),
        waitingMax,
        observer);
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
