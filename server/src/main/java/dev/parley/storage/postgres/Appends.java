package dev.parley.storage.postgres;

import dev.parley.model.SessionException;
import dev.parley.storage.commit.Lane;
import java.util.ArrayList;
import java.util.List;

/** Commits appends that waited together, in one transaction. */
final class Appends implements Lane.Committer<PendingAppend> {
  private static final long BATCH_BYTES_MAX = 8L << 20;

  private final Transactions transactions;

  Appends(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public void commit(List<PendingAppend> batch) {
    List<PendingAppend> part = new ArrayList<>(batch.size());
    long bytes = 0;
    for (PendingAppend pending : batch) {
      if (!part.isEmpty() && bytes + pending.bytes() > BATCH_BYTES_MAX) {
        commitOne(part);
        part.clear();
        bytes = 0;
      }
      part.add(pending);
      bytes += pending.bytes();
    }
    commitOne(part);
  }

  private void commitOne(List<PendingAppend> batch) {
    List<AppendBatch.Outcome> outcomes;
    try {
      outcomes = transactions.write(connection -> new AppendBatch(connection).run(batch));
    } catch (SessionException e) {
      batch.forEach(pending -> pending.fail(e));
      return;
    } catch (RuntimeException e) {
      // One that the database cannot take must not take its neighbours with it.
      if (batch.size() == 1) {
        batch.get(0).fail(e);
      } else {
        batch.forEach(pending -> commitOne(List.of(pending)));
      }
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).settle(outcomes.get(i));
    }
  }
}
