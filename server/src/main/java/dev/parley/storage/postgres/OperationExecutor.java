package dev.parley.storage.postgres;

import dev.parley.storage.Cancellation;
import dev.parley.storage.commit.SharedReads;
import dev.parley.storage.commit.Workers;
import dev.parley.storage.postgres.transaction.AgentBreaker;
import dev.parley.storage.postgres.transaction.Transactions;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs transactions on the threads of a store. Calls for an agent whose shard is unavailable are
 * rejected before they take a thread; see {@link AgentBreaker}.
 */
final class OperationExecutor {
  private final Transactions transactions;
  private final Workers readers;
  private final Workers writers;
  private final AgentBreaker breaker;
  private final SharedReads shared = new SharedReads();

  OperationExecutor(
      Transactions transactions, Workers readers, Workers writers, AgentBreaker breaker) {
    this.transactions = transactions;
    this.readers = readers;
    this.writers = writers;
    this.breaker = breaker;
  }

  /** Reads. Each statement sees its own state. */
  <T extends @Nullable Object> CompletableFuture<T> read(
      @Nullable UUID agentId, Cancellation cancellation, Transactions.Read<T> body) {
    return read(agentId, cancellation, () -> transactions.read(cancellation, body));
  }

  /** Reads. All statements see one state. */
  <T extends @Nullable Object> CompletableFuture<T> readConsistent(
      @Nullable UUID agentId, Cancellation cancellation, Transactions.Read<T> body) {
    return read(agentId, cancellation, () -> transactions.readConsistent(cancellation, body));
  }

  /**
   * Finds an entity in one statement. Equal reads that wait for a thread are one read.
   *
   * @param query what is read; equal objects have the same answer
   */
  <T extends @Nullable Object> CompletableFuture<T> find(
      Object query, UUID agentId, Cancellation cancellation, Transactions.Read<T> body) {
    return share(query, agentId, cancellation, all -> transactions.read(all, body));
  }

  /**
   * Reads a page. All statements see one state. Equal reads that wait for a thread are one read.
   *
   * @param query what is read; equal objects have the same answer
   */
  <T extends @Nullable Object> CompletableFuture<T> readPage(
      Object query, @Nullable UUID agentId, Cancellation cancellation, Transactions.Read<T> body) {
    return share(query, agentId, cancellation, all -> transactions.readConsistent(all, body));
  }

  private <T extends @Nullable Object> CompletableFuture<T> share(
      Object query,
      @Nullable UUID agentId,
      Cancellation cancellation,
      Function<Cancellation, T> body) {
    return shared.read(
        query,
        cancellation,
        (all, begin) ->
            read(
                agentId,
                all,
                () -> {
                  begin.run();
                  return body.apply(all);
                }));
  }

  private <T extends @Nullable Object> CompletableFuture<T> read(
      @Nullable UUID agentId, Cancellation cancellation, Callable<T> task) {
    return agentId == null
        ? readers.run(cancellation, task)
        : breaker.runRead(agentId, task, each -> readers.run(cancellation, each));
  }

  /** Writes. The changes are durable when the future completes. */
  <T extends @Nullable Object> CompletableFuture<T> write(
      @Nullable UUID agentId, Transactions.Body<T> body) {
    return write(agentId, () -> transactions.write(body));
  }

  /** Writes with an extended time limit for the second part. */
  <T extends @Nullable Object> CompletableFuture<T> writeLong(
      @Nullable UUID agentId, Transactions.Body<T> begin, Transactions.Remainder<T> rest) {
    return write(agentId, () -> transactions.writeLong(begin, rest));
  }

  private <T extends @Nullable Object> CompletableFuture<T> write(
      @Nullable UUID agentId, Callable<T> task) {
    return agentId == null ? writers.run(task) : breaker.run(agentId, task, writers::run);
  }
}
