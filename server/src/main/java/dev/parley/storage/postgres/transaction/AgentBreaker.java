package dev.parley.storage.postgres.transaction;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.time.Duration;
import java.util.List;
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
 * <p>If the connection to a node of the database fails, this holds for all agents of the node
 * together, see {@link AgentNodes}. So one call tries a node that does not answer, and not one call
 * of each agent.
 *
 * <p>A statement timeout counts in writes, whose statements are short. In reads it counts only on a
 * distributed database, because there it can mean that a worker has stopped. On other databases the
 * statement may just be expensive.
 *
 * <p>At most {@value #AGENTS_MAX} agents and nodes are remembered. Calls of further agents are let
 * through.
 */
public final class AgentBreaker {
  static final int AGENTS_MAX = 10_000;
  private static final long PAUSE_MILLIS_MIN = 1_000;
  private static final long PAUSE_MILLIS_MAX = 3_000;

  private final AgentNodes nodes;
  private final Duration callTimeMax;
  private final LongSupplier nanoTime;

  /** When the next call of an agent or a node is let through, in nanoseconds. */
  private final Map<Object, Long> nextCalls = new ConcurrentHashMap<>();

  /**
   * Creates a breaker.
   *
   * @param nodes the nodes of agents
   * @param callTimeMax how long to wait for the result of a trial call before another is allowed
   */
  public AgentBreaker(AgentNodes nodes, Duration callTimeMax) {
    this(nodes, callTimeMax, System::nanoTime);
  }

  AgentBreaker(AgentNodes nodes, Duration callTimeMax, LongSupplier nanoTime) {
    this.nodes = nodes;
    this.callTimeMax = callTimeMax;
    this.nanoTime = nanoTime;
  }

  /** Whether all calls of an agent are let through. */
  public boolean isClosed(UUID agentId) {
    return nextCalls.isEmpty() || !nextCalls.containsKey(key(agentId));
  }

  /** The node of an agent, if calls to this node are rejected, and otherwise the agent. */
  private Object key(UUID agentId) {
    Integer node = nodes.of(agentId);
    return node != null && nextCalls.containsKey(node) ? node : agentId;
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
    return runObserved(agentId, () -> observe(agentId, task, nodes.isDistributed()), executor);
  }

  private <T> CompletableFuture<T> runObserved(
      UUID agentId, Callable<T> task, Function<Callable<T>, CompletableFuture<T>> executor) {
    if (isClosed(agentId)) {
      return executor.apply(() -> runIfClosed(agentId, task));
    }
    return admits(agentId)
        ? runTrial(agentId, task, executor)
        : CompletableFuture.failedFuture(rejection());
  }

  /** Runs a task unless calls are rejected since it was queued. */
  private <T> T runIfClosed(UUID agentId, Callable<T> task) throws Exception {
    if (!nextCalls.isEmpty()) {
      nodes.learn(List.of(agentId));
      if (!isClosed(agentId)) {
        throw rejection();
      }
    }
    return task.call();
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
                    key(agentId), (id, next) -> Math.min(next, nanoTime.getAsLong() + pause()));
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
        key(agentId),
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
      close(agentId);
      return result;
    } catch (Exception e) {
      if (Transactions.isShardUnavailable(e) && (countsTimeouts || !Transactions.isTimeout(e))) {
        failed(agentId, e);
      } else {
        close(agentId);
      }
      throw e;
    }
  }

  private void close(UUID agentId) {
    if (!nextCalls.isEmpty()) {
      nextCalls.remove(key(agentId));
    }
  }

  /**
   * Records that the rows of an agent are unavailable.
   *
   * @param failure the failure of a transaction for which {@link Transactions#isShardUnavailable}
   */
  public void failed(UUID agentId, Throwable failure) {
    if (Transactions.isNodeUnavailable(failure)) {
      // Its shard can have been moved.
      nodes.learnAgain(agentId);
      Integer node = nodes.of(agentId);
      open(node == null ? agentId : node);
    } else {
      // A frozen node can also show as a timeout, so this does not close the node.
      open(key(agentId));
    }
  }

  private void open(Object key) {
    long now = nanoTime.getAsLong();
    if (nextCalls.size() >= AGENTS_MAX) {
      nextCalls.values().removeIf(next -> next - now <= 0);
    }
    if (nextCalls.size() < AGENTS_MAX || nextCalls.containsKey(key)) {
      nextCalls.put(key, now + pause());
    }
  }

  private static long pause() {
    return Duration.ofMillis(
            ThreadLocalRandom.current().nextLong(PAUSE_MILLIS_MIN, PAUSE_MILLIS_MAX + 1))
        .toNanos();
  }
}
