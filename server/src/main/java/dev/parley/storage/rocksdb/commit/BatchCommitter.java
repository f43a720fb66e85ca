package dev.parley.storage.rocksdb.commit;

import dev.parley.storage.commit.GroupCommitQueue;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.rocksdb.engine.Database;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits the writes of one thread: in one batch, or in several if a batch gets full. */
final class BatchCommitter implements GroupCommitQueue.Committer<Write<?>> {
  private static final Logger log = LoggerFactory.getLogger(BatchCommitter.class);

  private final Database database;
  private final ChangeNumbers numbers;
  private final int writer;
  private final StoreObserver observer;

  /** A full disk fails every commit until it is fixed. One log line per thread is enough. */
  private boolean failing;

  /**
   * Creates a committer.
   *
   * @param writer the number of its thread, from 0
   */
  BatchCommitter(Database database, ChangeNumbers numbers, int writer, StoreObserver observer) {
    this.database = database;
    this.numbers = numbers;
    this.writer = writer;
    this.observer = observer;
  }

  @Override
  public void commit(List<Write<?>> writes) {
    Batch batch = new Batch(database);
    List<Write<?>> run = new ArrayList<>(writes.size());
    for (Write<?> write : writes) {
      if (batch.isFull() || (write.needsOwnBatch() && !run.isEmpty())) {
        commit(batch, run);
        batch = new Batch(database);
        run.clear();
      }
      write.run(batch);
      run.add(write);
    }
    commit(batch, run);
  }

  /** Commits a batch, and completes its writes once readers see its changes. */
  private void commit(Batch batch, List<Write<?>> writes) {
    ChangeNumbers.Block block = numbers.take(batch.changeCount());
    boolean committed;
    try {
      committed = commit(batch, block.first());
    } finally {
      numbers.end(block);
    }
    if (committed) {
      writes.forEach(Write::complete);
    } else {
      writes.forEach(write -> write.fail(Database.unavailable()));
    }
  }

  private boolean commit(Batch batch, long firstNumber) {
    long began = System.nanoTime();
    try {
      batch.commit(writer, firstNumber);
      observer.synced(System.nanoTime() - began);
      failing = false;
      return true;
    } catch (RocksDBException e) {
      if (!failing) {
        log.error(
            "Commits fail. No write succeeds until the disk is repaired or has free space.", e);
      }
      failing = true;
      return false;
    }
  }
}
