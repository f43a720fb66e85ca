package dev.parley.core;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.core.append.AppendOutcome;
import dev.parley.core.append.AppendRequest;
import dev.parley.model.Agent;
import dev.parley.model.SessionRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Appends to many sessions with one call. */
public final class BatchAppender {
  /**
   * How many appends of a call are in the store's queue at a time, so that a large batch leaves
   * room for other callers.
   */
  private static final int IN_QUEUE_MAX = 64;

  private final Authorizer authorizer;
  private final Messages messages;

  public BatchAppender(Authorizer authorizer, Messages messages) {
    this.authorizer = authorizer;
    this.messages = messages;
  }

  /**
   * Runs the appends in their order. Each succeeds or fails on its own, also with {@code
   * AGENT_FORBIDDEN} or {@code AGENT_NOT_FOUND}. The appends that follow are not started if the
   * caller is gone.
   */
  public CompletableFuture<List<AppendOutcome>> append(Caller caller, List<AppendRequest> appends) {
    Map<UUID, CompletableFuture<Agent>> agents = new HashMap<>();
    for (AppendRequest append : appends) {
      agents.computeIfAbsent(
          append.ref().agentId(), agentId -> authorizer.agent(caller.principal(), agentId));
    }
    // Appends are submitted after all agents are known, so that they keep their order.
    return CompletableFuture.allOf(agents.values().toArray(new CompletableFuture<?>[0]))
        .handle((done, failure) -> agents)
        .thenCompose(known -> slice(caller, appends, known, new ArrayList<>(appends.size())));
  }

  private CompletableFuture<List<AppendOutcome>> slice(
      Caller caller,
      List<AppendRequest> appends,
      Map<UUID, CompletableFuture<Agent>> agents,
      List<AppendOutcome> outcomes) {
    if (outcomes.size() == appends.size()) {
      return CompletableFuture.completedFuture(outcomes);
    }
    caller.cancellation().throwIfCancelled();
    int to = Math.min(outcomes.size() + IN_QUEUE_MAX, appends.size());
    List<CompletableFuture<AppendOutcome>> started = new ArrayList<>();
    Map<SessionRef, CompletableFuture<AppendOutcome>> lastOf = new HashMap<>();
    for (AppendRequest append : appends.subList(outcomes.size(), to)) {
      CompletableFuture<Agent> agent = Objects.requireNonNull(agents.get(append.ref().agentId()));
      CompletableFuture<AppendOutcome> previous = lastOf.get(append.ref());
      // A store can retry an append. The next one to the same session must not overtake it.
      CompletableFuture<AppendOutcome> outcome =
          (previous == null ? agent : previous.thenCompose(done -> agent))
              .thenCompose(found -> messages.append(caller, append))
              .handle(AppendOutcome::new);
      lastOf.put(append.ref(), outcome);
      started.add(outcome);
    }
    return CompletableFuture.allOf(started.toArray(new CompletableFuture<?>[0]))
        .thenCompose(
            done -> {
              started.forEach(outcome -> outcomes.add(outcome.join()));
              return slice(caller, appends, agents, outcomes);
            });
  }
}
