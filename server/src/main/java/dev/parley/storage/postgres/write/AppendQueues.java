package dev.parley.storage.postgres.write;

import dev.parley.model.AppendResult;
import dev.parley.storage.Append;
import dev.parley.storage.commit.GroupCommitQueue;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.postgres.transaction.AgentNodes;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The queues of appends. Each has a thread and a connection. All appends of an agent go through one
 * queue, so that two batches do not wait for each other's sessions. On a distributed database, each
 * node has its own queues, if there are enough, so that appends do not wait for another node. An
 * agent changes its queue when its node becomes known.
 */
public final class AppendQueues implements AutoCloseable {
  private static final int APPENDS_PER_BATCH_MAX = 1_024;

  private final List<GroupCommitQueue<PendingAppend>> queues = new ArrayList<>();
  private final AgentNodes nodes;

  /**
   * Starts the threads.
   *
   * @param count how many queues, at least 1
   * @param waitingMax how many appends may wait in each queue
   * @param waitingBytesMax how many bytes these appends may hold together
   * @param nodes the nodes of agents
   */
  public AppendQueues(
      int count,
      int waitingMax,
      long waitingBytesMax,
      AgentNodes nodes,
      AppendCommitter committer,
      StoreObserver observer) {
    this.nodes = nodes;
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
    hash ^= hash >>> 16;
    Integer node = nodes.of(agentId);
    if (node == null) {
      return Math.floorMod(hash, queues.size());
    }
    List<Integer> all = nodes.all();
    return queueOf(hash, all.indexOf(node), all.size(), queues.size());
  }

  /**
   * Chooses a queue for an agent of a node. The queues of nodes are disjoint if there are enough.
   *
   * @param hash of the agent
   * @param node the number of the node, from 0
   * @param nodes how many nodes there are
   * @param queues how many queues there are
   */
  static int queueOf(int hash, int node, int nodes, int queues) {
    int first = Math.floorMod(node, queues);
    int count = Math.max(1, (queues - first + nodes - 1) / nodes);
    return first + nodes * Math.floorMod(hash, count);
  }

  /** Rejects new appends, and commits those that wait. */
  @Override
  public void close() {
    queues.forEach(GroupCommitQueue::close);
  }
}
