package dev.parley.storage;

import dev.parley.model.Agent;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.query.AgentQuery;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** Stores agents. {@link Store} describes what all methods share. */
public interface AgentStore {
  /** Adds an agent. Fails with {@code AGENT_EXISTS} if an agent has the id. */
  CompletableFuture<Agent> createAgent(Agent agent, AuditContext audit);

  /** Finds the agent with this id. */
  CompletableFuture<Optional<Agent>> findAgent(UUID agentId);

  /**
   * Lists agents by agent id, as an unsigned number. The cost does not depend on the number of
   * agents before the page.
   */
  CompletableFuture<List<Agent>> listAgents(AgentQuery query, Cancellation cancellation);

  /**
   * Replaces an agent by the result of {@code change}, which may change the default TTL of new
   * sessions and nothing else. {@code change} may run several times and on any thread. It must not
   * block. Fails with {@code AGENT_NOT_FOUND} if the agent does not exist.
   */
  CompletableFuture<Agent> updateAgent(
      UUID agentId, UnaryOperator<Agent> change, AuditContext audit);

  /**
   * Deletes an agent with its sessions, messages, runs and keys. Completes with false if the agent
   * does not exist. Audit entries of the agent stay. A new agent with the same id starts empty.
   */
  CompletableFuture<Boolean> deleteAgent(UUID agentId, AuditContext audit);
}
