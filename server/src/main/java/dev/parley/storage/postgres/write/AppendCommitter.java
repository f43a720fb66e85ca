package dev.parley.storage.postgres.write;

import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.storage.commit.GroupCommitQueue;
import dev.parley.storage.commit.Workers;
import dev.parley.storage.postgres.transaction.Transactions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Commits queued appends in one transaction. Appends to sessions that another transaction has
 * locked do not delay the others: worker threads commit them, session by session.
 */
public final class AppendCommitter implements GroupCommitQueue.Committer<PendingAppend> {
  private static final long BATCH_BYTES_MAX = 8L << 20;

  private final Transactions transactions;
  private final Workers workers;

  public AppendCommitter(Transactions transactions, Workers workers) {
    this.transactions = transactions;
    this.workers = workers;
  }

  @Override
  public void commit(List<PendingAppend> batch) {
    List<PendingAppend> part = new ArrayList<>(batch.size());
    long bytes = 0;
    for (PendingAppend pending : batch) {
      if (!part.isEmpty() && bytes + pending.bytes() > BATCH_BYTES_MAX) {
        commit(part, false);
        part.clear();
        bytes = 0;
      }
      part.add(pending);
      bytes += pending.bytes();
    }
    commit(part, false);
  }

  private void commit(List<PendingAppend> batch, boolean waitForLocks) {
    List<AppendBatch.Outcome> outcomes;
    try {
      outcomes =
          transactions.write(connection -> new AppendBatch(connection, waitForLocks).run(batch));
    } catch (SessionException e) {
      batch.forEach(pending -> pending.fail(e));
      return;
    } catch (RuntimeException e) {
      // Retry one by one, so that an append that the database rejects does not fail the others.
      if (batch.size() == 1) {
        batch.get(0).fail(e);
      } else {
        batch.forEach(pending -> commit(List.of(pending), waitForLocks));
      }
      return;
    }
    Map<SessionRef, List<PendingAppend>> deferred = new LinkedHashMap<>();
    for (int i = 0; i < batch.size(); i++) {
      PendingAppend pending = batch.get(i);
      if (outcomes.get(i) == AppendBatch.Outcome.DEFERRED) {
        deferred.computeIfAbsent(pending.append().ref(), ref -> new ArrayList<>()).add(pending);
      } else {
        pending.complete(outcomes.get(i));
      }
    }
    deferred.values().forEach(this::commitDeferred);
  }

  private void commitDeferred(List<PendingAppend> ofSession) {
    var unused =
        workers
            .run(
                () -> {
                  commit(ofSession, true);
                  return true;
                })
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    ofSession.forEach(pending -> pending.fail(failure));
                  }
                });
  }
}
