package dev.parley.core.watch;

import dev.parley.auth.Authorizer;
import dev.parley.model.Agent;
import dev.parley.storage.AgentStore;
import dev.parley.storage.Cancellation;
import dev.parley.storage.query.AgentQuery;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The agents that a watch of several sessions covers. They can change during the watch.
 *
 * @param owner the owner of the agents; null for all
 * @param only the only agent; null for all of the owner
 */
record VisibleAgents(AgentStore store, @Nullable String owner, @Nullable UUID only) {
  private static final int PAGE = 1_000;

  /** Fails with {@code AGENT_NOT_FOUND} if there is only one agent, and it does not exist. */
  CompletableFuture<Boolean> requireOnly() {
    UUID agentId = only;
    if (agentId == null) {
      return CompletableFuture.completedFuture(true);
    }
    return store
        .findAgent(agentId)
        .thenApply(
            found -> {
              if (found.isEmpty()) {
                throw Authorizer.unknownAgent();
              }
              return true;
            });
  }

  /** The ids of the agents. */
  CompletableFuture<Set<UUID>> ids() {
    UUID agentId = only;
    return agentId == null
        ? addAfter(null, new HashSet<>())
        : CompletableFuture.completedFuture(Set.of(agentId));
  }

  private CompletableFuture<Set<UUID>> addAfter(@Nullable UUID after, Set<UUID> ids) {
    return store
        .listAgents(new AgentQuery(owner, after, PAGE), Cancellation.NONE)
        .thenCompose(
            agents -> {
              agents.forEach(agent -> ids.add(agent.agentId()));
              return agents.size() < PAGE
                  ? CompletableFuture.completedFuture(ids)
                  : addAfter(last(agents), ids);
            });
  }

  private static UUID last(List<Agent> agents) {
    return agents.get(agents.size() - 1).agentId();
  }
}
