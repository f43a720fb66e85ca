package dev.parley.testing.memory;

import dev.parley.model.Json;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.storage.CancellationSource;
import dev.parley.storage.StoreSnapshot;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.query.SessionQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** A snapshot: reads of a copy of the data. */
final class InMemorySnapshot implements StoreSnapshot {
  private final InMemoryData data;
  private final OperationQueue operations;
  private final CancellationSource closed = new CancellationSource();
  private final AtomicBoolean reading = new AtomicBoolean();

  /**
   * Creates a snapshot.
   *
   * @param onClose runs once, when the snapshot is closed
   */
  InMemorySnapshot(InMemoryData data, OperationQueue operations, Runnable onClose) {
    this.data = data;
    this.operations = operations;
    closed.whenCancelled(onClose);
  }

  @Override
  public CompletableFuture<List<Session>> listSessions(SessionQuery query) {
    return read(reads -> reads.sessions(query));
  }

  @Override
  public CompletableFuture<List<String>> listKeys(KeyQuery query) {
    return read(reads -> reads.keys(query));
  }

  @Override
  public CompletableFuture<Optional<MessagePage>> listMessages(MessageQuery query) {
    return read(reads -> reads.messages(query));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> listRuns(RunQuery query) {
    return read(reads -> reads.runs(query));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> findRuns(SessionRef.ById ref, Set<String> runIds) {
    return read(reads -> reads.runs(ref, runIds));
  }

  @Override
  public CompletableFuture<Optional<Map<String, List<Json>>>> findContexts(
      SessionRef.ById ref, Set<String> runIds) {
    return read(reads -> reads.contexts(ref, runIds));
  }

  private <T> CompletableFuture<T> read(Function<InMemoryReads, T> body) {
    if (closed.isCancelled()) {
      return CompletableFuture.failedFuture(Cancellation.exception());
    }
    if (!reading.compareAndSet(false, true)) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("The snapshot already runs a read."));
    }
    return operations
        .read(closed, () -> body.apply(new InMemoryReads(data, closed)))
        .whenComplete((read, failure) -> reading.set(false));
  }

  @Override
  public void close() {
    closed.cancel();
  }
}
