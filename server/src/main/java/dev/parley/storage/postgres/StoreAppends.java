package dev.parley.storage.postgres;

import dev.parley.model.AppendResult;
import dev.parley.storage.Append;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.postgres.transaction.AgentBreaker;
import dev.parley.storage.postgres.transaction.AgentNodes;
import dev.parley.storage.postgres.transaction.PoolSizes;
import dev.parley.storage.postgres.transaction.Transactions;
import dev.parley.storage.postgres.write.AppendCommitter;
import dev.parley.storage.postgres.write.AppendQueues;
import dev.parley.storage.postgres.write.BusySessions;
import java.util.concurrent.CompletableFuture;

/** The appends of a store, and the sweep over the sessions that they make busy. */
final class StoreAppends implements AutoCloseable {
  private final BusySessions busySessions = new BusySessions();
  private final BusySessionSweep sweep;
  private final AppendQueues queues;

  /** Starts the threads. */
  StoreAppends(
      Transactions transactions,
      OperationExecutor operations,
      AgentBreaker breaker,
      StoreWorkers workers,
      AgentNodes nodes,
      PostgresSettings settings,
      StoreObserver observer) {
    AppendCommitter committer =
        new AppendCommitter(transactions, nodes, busySessions, workers.writers(), breaker);
    queues =
        new AppendQueues(
            PoolSizes.of(settings.connections(), settings.appendQueues()).appends(),
            settings.waitingAppendsMax(),
            settings.waitingAppendBytesMax(),
            nodes,
            committer,
            observer);
    sweep = BusySessionSweep.start(operations, busySessions);
  }

  /** Appends. Completes once the messages are durable. */
  CompletableFuture<AppendResult> append(Append append) {
    return queues.append(append);
  }

  /** Rejects new appends, and commits those that wait. */
  @Override
  public void close() {
    sweep.close();
    queues.close();
  }
}
