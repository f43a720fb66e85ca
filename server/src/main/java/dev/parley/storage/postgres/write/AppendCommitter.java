package dev.parley.storage.postgres.write;

import dev.parley.model.SessionException;
import dev.parley.storage.commit.GroupCommitQueue;
import dev.parley.storage.commit.Workers;
import dev.parley.storage.postgres.transaction.AgentBreaker;
import dev.parley.storage.postgres.transaction.AgentNodes;
import dev.parley.storage.postgres.transaction.Transactions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Commits queued appends in one transaction, or in one for each node of a distributed database. So
 * a transaction does not wait for two nodes, and needs no two-phase commit. What cannot be
 * committed with the others does not delay them: worker threads commit appends to sessions that
 * another transaction has locked, session by session, and appends of agents whose rows may be
 * unavailable, agent by agent. If a statement of the transaction fails, worker threads commit all
 * appends, agent by agent, and if that fails for a reason other than unavailable rows, append by
 * append.
 */
public final class AppendCommitter implements GroupCommitQueue.Committer<PendingAppend> {
  private static final long BATCH_BYTES_MAX = 8L << 20;

  private final Transactions transactions;
  private final AgentNodes nodes;
  private final BusySessions busySessions;
  private final Workers workers;
  private final AgentBreaker breaker;
  private final SplitBatchLog splits = new SplitBatchLog(System::nanoTime);

  /**
   * Creates a committer.
   *
   * @param nodes the nodes of agents. If the database distributes agents, each needs its own
   *     statements. Otherwise one statement serves all agents of a batch.
   */
  public AppendCommitter(
      Transactions transactions,
      AgentNodes nodes,
      BusySessions busySessions,
      Workers workers,
      AgentBreaker breaker) {
    this.transactions = transactions;
    this.nodes = nodes;
    this.busySessions = busySessions;
    this.workers = workers;
    this.breaker = breaker;
  }

  @Override
  public void commit(List<PendingAppend> batch) {
    if (nodes.isDistributed()) {
      nodes.learn(batch.stream().map(PendingAppend::agentId).distinct().toList());
      groups(batch, pending -> Optional.ofNullable(nodes.of(pending.agentId())))
          .forEach(this::commitOfNode);
    } else {
      commitOfNode(batch);
    }
  }

  private void commitOfNode(List<PendingAppend> batch) {
    List<PendingAppend> part = new ArrayList<>(batch.size());
    List<PendingAppend> apart = new ArrayList<>();
    long bytes = 0;
    for (PendingAppend pending : batch) {
      if (!breaker.isClosed(pending.agentId())) {
        apart.add(pending);
        continue;
      }
      if (!part.isEmpty() && bytes + pending.bytes() > BATCH_BYTES_MAX) {
        commitTogether(part);
        part.clear();
        bytes = 0;
      }
      part.add(pending);
      bytes += pending.bytes();
    }
    groups(apart, PendingAppend::agentId).forEach(ofAgent -> commitLater(ofAgent, false));
    if (!part.isEmpty()) {
      commitTogether(part);
    }
  }

  private void commitTogether(List<PendingAppend> batch) {
    List<AppendBatch.Outcome> outcomes;
    try {
      outcomes =
          transactions.writeBatch(
              connection ->
                  AppendBatch.together(connection, busySessions, nodes.isDistributed()).run(batch));
    } catch (RuntimeException e) {
      if (Transactions.isDivisible(e)) {
        Collection<List<PendingAppend>> ofAgents = groups(batch, PendingAppend::agentId);
        splits.failed(ofAgents.size(), e);
        UUID first = batch.get(0).agentId();
        // All are of the same node, if it is known.
        if (nodes.of(first) != null && Transactions.isNodeUnavailable(e)) {
          breaker.failed(first, e);
        }
        ofAgents.forEach(ofAgent -> commitLater(ofAgent, false));
      } else {
        batch.forEach(pending -> pending.fail(e));
      }
      return;
    }
    complete(batch, outcomes);
  }

  /** Commits appends of one agent on a worker thread, unless the agent's calls are rejected. */
  private void commitLater(List<PendingAppend> ofAgent, boolean waitForLocks) {
    UUID agentId = ofAgent.get(0).agentId();
    // They run after the breaker has changed, so that a caller whose append succeeded finds it
    // closed.
    List<Runnable> completions = new ArrayList<>();
    var unused =
        breaker
            .run(
                agentId,
                () -> {
                  commitApart(ofAgent, waitForLocks, completions);
                  return true;
                },
                workers::run)
            .whenComplete(
                (done, failure) -> {
                  completions.forEach(Runnable::run);
                  if (failure != null) {
                    ofAgent.forEach(pending -> pending.fail(failure));
                  }
                });
  }

  /**
   * Commits appends of one agent. Fails if the rows of the agent are unavailable.
   *
   * @param completions receives what completes the appends
   */
  private void commitApart(
      List<PendingAppend> ofAgent, boolean waitForLocks, List<Runnable> completions) {
    List<AppendBatch.Outcome> outcomes;
    try {
      outcomes =
          transactions.write(
              connection ->
                  AppendBatch.ofAgent(connection, busySessions, waitForLocks).run(ofAgent));
    } catch (RuntimeException e) {
      // Appends that wait for a lock are of one session, and one wait is enough.
      boolean waited = waitForLocks && e instanceof SessionException;
      if (waited
          || ofAgent.size() == 1
          || Transactions.isShardUnavailable(e)
          || !Transactions.isDivisible(e)) {
        throw e;
      }
      for (PendingAppend pending : ofAgent) {
        commitAlone(pending, waitForLocks, completions);
      }
      return;
    }
    completions.add(() -> complete(ofAgent, outcomes));
  }

  private void commitAlone(
      PendingAppend pending, boolean waitForLocks, List<Runnable> completions) {
    try {
      commitApart(List.of(pending), waitForLocks, completions);
    } catch (RuntimeException e) {
      if (Transactions.isShardUnavailable(e)) {
        throw e;
      }
      completions.add(() -> pending.fail(e));
    }
  }

  private void complete(List<PendingAppend> batch, List<AppendBatch.Outcome> outcomes) {
    List<PendingAppend> deferred = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      PendingAppend pending = batch.get(i);
      if (outcomes.get(i) == AppendBatch.Outcome.DEFERRED) {
        deferred.add(pending);
      } else {
        pending.complete(outcomes.get(i));
      }
    }
    Collection<List<PendingAppend>> ofSessions =
        groups(deferred, pending -> pending.append().ref());
    ofSessions.forEach(ofSession -> commitLater(ofSession, true));
  }

  private static <K> Collection<List<PendingAppend>> groups(
      List<PendingAppend> appends, Function<PendingAppend, K> key) {
    Map<K, List<PendingAppend>> groups = new LinkedHashMap<>();
    for (PendingAppend pending : appends) {
      groups.computeIfAbsent(key.apply(pending), any -> new ArrayList<>()).add(pending);
    }
    return groups.values();
  }
}
