package dev.parley.storage.postgres.write;

import dev.parley.model.AppendResult;
import dev.parley.storage.Append;
import dev.parley.storage.commit.GroupCommitQueue;
import dev.parley.storage.commit.StoreObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The queues of appends. Each has a thread and a connection. All appends of an agent go through one
 * queue, so that two batches do not wait for each other's sessions.
 */
public final class AppendQueues implements AutoCloseable {
  private static final int APPENDS_PER_BATCH_MAX = 1_024;

  private final List<GroupCommitQueue<PendingAppend>> queues = new ArrayList<>();

  /**
   * Starts the threads.
   *
   * @param count how many queues, at least 1
   * @param waitingMax how many appends may wait in each queue
   * @param waitingBytesMax how many bytes these appends may hold together
   */
  public AppendQueues(
      int count,
      int waitingMax,
      long waitingBytesMax,
      AppendCommitter committer,
      StoreObserver observer) {
    for (int i = 0; i < count; i++) {
      queues.add(
          new GroupCommitQueue<>(
              "parley-appender-" + i,
              waitingMax,
              waitingBytesMax,
              APPENDS_PER_BATCH_MAX,
              committer,
              observer));
    }
  }

  /** Appends. Completes once the messages are durable. */
  public CompletableFuture<AppendResult> append(Append append) {
    PendingAppend pending = new PendingAppend(append);
    queues.get(queueOf(pending.agentId())).submit(pending);
    return pending.future();
  }

  private int queueOf(UUID agentId) {
    int hash = agentId.hashCode();
    return Math.floorMod(hash ^ (hash >>> 16), queues.size());
  }

  /** Rejects new appends, and commits those that wait. */
  @Override
  public void close() {
    queues.forEach(GroupCommitQueue::close);
  }
}
