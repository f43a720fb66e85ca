package dev.parley.storage.rocksdb.commit;

import dev.parley.storage.commit.GroupCommitQueue;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.rocksdb.commit.Write.Isolation;
import dev.parley.storage.rocksdb.engine.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * The threads that write. All writes with the same id run on the same thread, in the order in which
 * they were submitted. Each thread commits its writes in batches. Writes that read or change more
 * than the data of one agent or webhook run while no other thread writes.
 */
public final class Writers implements AutoCloseable {
  /** The id of writes that belong to no agent. */
  public static final UUID NO_AGENT = new UUID(0, 0);

  private static final int WRITES_PER_BATCH_MAX = 1_024;

  private final List<GroupCommitQueue<Write<?>>> queues = new ArrayList<>();

  /**
   * Read-locked by a thread that commits a batch; write-locked if a write is exclusive. Fair, so
   * that one thread with many exclusive writes does not keep the others from writing.
   */
  private final ReadWriteLock lock = new ReentrantReadWriteLock(true);

  /**
   * Starts the threads.
   *
   * @param count how many threads
   * @param waitingMax how many writes may wait for each thread, at least 1
   * @param waitingBytesMax how many bytes the writes that wait for a thread may hold together, at
   *     least 1
   */
  public Writers(
      int count,
      int waitingMax,
      long waitingBytesMax,
      Database database,
      ChangeNumbers numbers,
      StoreObserver observer) {
    for (int writer = 0; writer < count; writer++) {
      BatchCommitter committer = new BatchCommitter(database, numbers, writer, observer);
      queues.add(
          new GroupCommitQueue<>(
              writer == 0 ? "parley-writer" : "parley-writer-" + (writer + 1),
              waitingMax,
              waitingBytesMax,
              WRITES_PER_BATCH_MAX,
              batch -> commit(committer, batch),
              observer));
    }
  }

  private void commit(BatchCommitter committer, List<Write<?>> batch) {
    boolean exclusive = batch.stream().anyMatch(Write::isExclusive);
    Lock held = exclusive ? lock.writeLock() : lock.readLock();
    held.lock();
    try {
      committer.commit(batch);
    } finally {
      held.unlock();
    }
  }

  /**
   * Submits a write that reads and changes data of one agent or one webhook only.
   *
   * @param id the id of the agent or webhook
   * @param bytes the approximate memory that {@code body} holds
   * @return fails at once with {@code OVERLOADED} if too many writes wait
   */
  public <T> CompletableFuture<T> write(UUID id, int bytes, Function<Batch, T> body) {
    return submit(id, bytes, Isolation.SAME_ID, body);
  }

  /**
   * Submits a write that runs while no other thread writes.
   *
   * @param id the id of the agent or webhook whose writes it must not overtake
   */
  public <T> CompletableFuture<T> writeAlone(UUID id, Function<Batch, T> body) {
    return submit(id, 0, Isolation.ALL, body);
  }

  /**
   * Submits a write as above, which reads committed data without the batch.
   *
   * @param id the id of the agent or webhook whose writes it must not overtake
   */
  public <T> CompletableFuture<T> writeCommitted(UUID id, Function<Batch, T> body) {
    return submit(id, 0, Isolation.ALL_COMMITTED, body);
  }

  private <T> CompletableFuture<T> submit(
      UUID id, int bytes, Isolation isolation, Function<Batch, T> body) {
    Write<T> write = new Write<>(bytes, isolation, body);
    queues.get(Math.floorMod(id.hashCode(), queues.size())).submit(write);
    return write.future();
  }

  /** Rejects new writes, commits the waiting ones and stops. Blocks until done. */
  @Override
  public void close() {
    queues.forEach(GroupCommitQueue::close);
  }
}
