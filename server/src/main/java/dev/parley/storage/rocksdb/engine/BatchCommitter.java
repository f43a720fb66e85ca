package dev.parley.storage.rocksdb.engine;

import dev.parley.storage.commit.GroupCommitQueue;
import dev.parley.storage.commit.StoreObserver;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits queued writes: in one batch, or in several if a batch gets full. */
public final class BatchCommitter implements GroupCommitQueue.Committer<Write<?>> {
  private static final Logger log = LoggerFactory.getLogger(BatchCommitter.class);

  private final Database database;
  private final StoreObserver observer;

  /** A full disk fails every commit until it is fixed. One log line is enough. */
  private boolean failing;

  public BatchCommitter(Database database, StoreObserver observer) {
    this.database = database;
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

  private void commit(Batch batch, List<Write<?>> writes) {
    long began = System.nanoTime();
    try {
      batch.commit();
      observer.synced(System.nanoTime() - began);
      failing = false;
    } catch (RocksDBException e) {
      if (!failing) {
        log.error(
            "Commits fail. No write succeeds until the disk is repaired or has free space.", e);
      }
      failing = true;
      writes.forEach(write -> write.fail(Database.unavailable()));
      return;
    }
    writes.forEach(Write::complete);
  }
}
