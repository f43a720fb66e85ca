package dev.parley.storage.postgres.transaction;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * A circuit breaker for each agent. On a distributed database, the shard of an agent can be
 * unavailable while others work. After a call failed for this reason, further calls of the agent
 * are rejected at once, so that they do not occupy threads and connections that other agents need.
 * After a random pause of {@value #PAUSE_MILLIS_MIN} to {@value #PAUSE_MILLIS_MAX} ms, one call is
 * let through. If it fails for the same reason, the next pause begins, otherwise all calls are let
 * through again.
 *
 * <p>A statement timeout counts in writes, whose statements are short. In reads it counts only on a
 * distributed database, because there it can mean that a worker has stopped. On other databases the
 * statement may just be expensive.
 *
 * <p>At most {@value #AGENTS_MAX} agents are remembered. Calls of further agents are let through.
 */
public final class AgentBreaker {
  static final int AGENTS_MAX = 10_000;
  private static final long PAUSE_MILLIS_MIN = 1_000;
  private static final long PAUSE_MILLIS_MAX = 3_000;

  private final boolean distributed;
  private final Duration callTimeMax;
  private final LongSupplier nanoTime;

  /** When the next call of an agent is let through, in nanoseconds. */
  private final Map<UUID, Long> nextCalls = new ConcurrentHashMap<>();

  /**
   * Creates a breaker.
   *
   * @param distributed whether the rows of different agents can be on different machines
   * @param callTimeMax how long to wait for the result of a trial call before another is allowed
   */
  public AgentBreaker(boolean distributed, Duration callTimeMax) {
    this(distributed, callTimeMax, System::nanoTime);
  }

  AgentBreaker(boolean distributed, Duration callTimeMax, LongSupplier nanoTime) {
    this.distributed = distributed;
    this.callTimeMax = callTimeMax;
    this.nanoTime = nanoTime;
  }

  /** Whether all calls of an agent are let through. */
  public boolean isClosed(UUID agentId) {
    return nextCalls.isEmpty() || !nextCalls.containsKey(agentId);
  }

  /**
   * Runs a write for an agent with {@code executor}, or fails at once with {@code UNAVAILABLE} if
   * the agent's calls are rejected.
   */
  public <T> CompletableFuture<T> run(
      UUID agentId, Callable<T> task, Function<Callable<T>, CompletableFuture<T>> executor) {
    return runObserved(agentId, () -> observe(agentId, task), executor);
  }

  /** Runs a read for an agent, as {@link #run} runs a write. */
  public <T> CompletableFuture<T> runRead(
      UUID agentId, Callable<T> task, Function<Callable<T>, CompletableFuture<T>> executor) {
    return runObserved(agentId, () -> observe(agentId, task, distributed), executor);
  }

  private <T> CompletableFuture<T> runObserved(
      UUID agentId, Callable<T> task, Function<Callable<T>, CompletableFuture<T>> executor) {
    if (isClosed(agentId)) {
      return executor.apply(task);
    }
    return admits(agentId)
        ? runTrial(agentId, task, executor)
        : CompletableFuture.failedFuture(rejection());
  }

  private <T> CompletableFuture<T> runTrial(
      UUID agentId, Callable<T> task, Function<Callable<T>, CompletableFuture<T>> executor) {
    AtomicBoolean started = new AtomicBoolean();
    CompletableFuture<T> future =
        executor.apply(
            () -> {
              started.set(true);
              return task.call();
            });
    var unused =
        future.whenComplete(
            (result, failure) -> {
              // If the call was rejected or cancelled before it ran, another is let through soon.
              if (!started.get()) {
                nextCalls.computeIfPresent(
                    agentId, (id, next) -> Math.min(next, nanoTime.getAsLong() + pause()));
              }
            });
    return future;
  }

  /** Whether to let a call of an agent through. The call must run with {@link #observe}. */
  public boolean admits(UUID agentId) {
    if (isClosed(agentId)) {
      return true;
    }
    long now = nanoTime.getAsLong();
    boolean[] admitted = {true};
    nextCalls.computeIfPresent(
        agentId,
        (id, next) -> {
          admitted[0] = next - now <= 0;
          return admitted[0] ? now + callTimeMax.toNanos() : next;
        });
    return admitted[0];
  }

  /** The exception of a call that is not let through. */
  public static SessionException rejection() {
    return new SessionException(ErrorReason.UNAVAILABLE, "The data of the agent is not available.");
  }

  /** Runs a write that was let through, and records whether the rows of the agent are available. */
  public <T> T observe(UUID agentId, Callable<T> task) throws Exception {
    return observe(agentId, task, true);
  }

  private <T> T observe(UUID agentId, Callable<T> task, boolean countsTimeouts) throws Exception {
    try {
      T result = task.call();
      nextCalls.remove(agentId);
      return result;
    } catch (Exception e) {
      if (Transactions.isShardUnavailable(e) && (countsTimeouts || !Transactions.isTimeout(e))) {
        open(agentId);
      } else {
        nextCalls.remove(agentId);
      }
      throw e;
    }
  }

  private void open(UUID agentId) {
    long now = nanoTime.getAsLong();
    if (nextCalls.size() >= AGENTS_MAX) {
      nextCalls.values().removeIf(next -> next - now <= 0);
    }
    if (nextCalls.size() < AGENTS_MAX || nextCalls.containsKey(agentId)) {
      nextCalls.put(agentId, now + pause());
    }
  }

  private static long pause() {
    return Duration.ofMillis(
            ThreadLocalRandom.current().nextLong(PAUSE_MILLIS_MIN, PAUSE_MILLIS_MAX + 1))
        .toNanos();
  }
}
