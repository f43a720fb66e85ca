package dev.parley.auth;

import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.SessionStore;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** What a caller may touch. */
public final class Access {
  private final SessionStore store;

  public Access(SessionStore store) {
    this.store = store;
  }

  /** Refuses with {@code SCOPE_MISSING} if the caller does not hold the scope. */
  public static void requireScope(Principal caller, String scope) {
    if (!caller.holds(scope)) {
      throw new SessionException(
          ErrorReason.SCOPE_MISSING,
          "This API key lacks the required scope: " + scope,
          Map.of("scope", scope));
    }
  }

  /**
   * Refuses with {@code OWNER_FORBIDDEN} if the caller may not act for the owner.
   *
   * @param owner whom to act for
   */
  public static void requireOwner(Principal caller, String owner) {
    boolean allowed =
        caller instanceof Principal.Root
            || (caller instanceof Principal.Master master && master.owner().equals(owner));
    if (!allowed) {
      throw new SessionException(
          ErrorReason.OWNER_FORBIDDEN, "This API key does not have access to this owner.");
    }
  }

  /**
   * The agent, if the caller may touch it. {@code AGENT_FORBIDDEN} for an agent key of another
   * agent, whether that one exists or not; {@code AGENT_NOT_FOUND} if there is none or it is
   * another owner's.
   */
  public CompletableFuture<Agent> agent(Principal caller, UUID agentId) {
    if (caller instanceof Principal.AgentHolder holder && !holder.agentId().equals(agentId)) {
      return CompletableFuture.failedFuture(
          new SessionException(
              ErrorReason.AGENT_FORBIDDEN, "This API key does not have access to this agent"));
    }
    return store
        .findAgent(agentId)
        .thenApply(
            agent -> agent.filter(found -> sees(caller, found)).orElseThrow(Access::unknownAgent));
  }

  /** What a caller is told of an agent that it cannot see. */
  public static SessionException unknownAgent() {
    return new SessionException(ErrorReason.AGENT_NOT_FOUND, "Agent not found");
  }

  private static boolean sees(Principal caller, Agent agent) {
    return !(caller instanceof Principal.Master master) || master.owner().equals(agent.owner());
  }
}
