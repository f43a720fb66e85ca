package dev.parley.storage.postgres.write;

import dev.parley.model.AppendResult;
import dev.parley.model.Message;
import dev.parley.storage.Append;
import dev.parley.storage.commit.GroupCommitQueue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** An append in the group commit queue, and its future. */
public record PendingAppend(Append append, CompletableFuture<AppendResult> future, int bytes)
    implements GroupCommitQueue.Work {

  public PendingAppend(Append append) {
    this(
        append,
        new CompletableFuture<>(),
        append.drafts().stream().mapToInt(Message.Draft::bytes).sum());
  }

  /** The agent of the session. */
  public UUID agentId() {
    return append.ref().agentId();
  }

  /** Completes the future, once the outcome is durable. */
  public void complete(AppendBatch.Outcome outcome) {
    if (outcome.failure() != null) {
      future.completeExceptionally(outcome.failure());
    } else {
      future.complete(outcome.appended());
    }
  }

  @Override
  public void fail(Throwable cause) {
    future.completeExceptionally(cause);
  }
}
