package dev.parley.auth;

import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.Store;
import dev.parley.storage.query.SessionFilter;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Decides which resources a caller may access. */
public final class Authorizer {
  private final Store store;

  public Authorizer(Store store) {
    this.store = store;
  }

  /** Fails with {@code SCOPE_MISSING} if the caller does not hold the scope. */
  public static void requireScope(Principal caller, String scope) {
    if (!caller.holds(scope)) {
      throw new SessionException(
          ErrorReason.SCOPE_MISSING,
          "The credential lacks the required scope: " + scope,
          Map.of("scope", scope));
    }
  }

  /**
   * Fails with {@code OWNER_FORBIDDEN} if the caller may not access the owner's resources.
   *
   * @param owner the owner of the resources
   */
  public static void requireOwner(Principal caller, String owner) {
    boolean allowed = caller instanceof Principal.Root || owner.equals(ownerOf(caller));
    if (!allowed) {
      throw new SessionException(
          ErrorReason.OWNER_FORBIDDEN, "This API key does not have access to this owner.");
    }
  }

  /**
   * Returns the agent if the caller may access it. Fails with {@code AGENT_FORBIDDEN} for the key
   * of another agent, whether or not the agent exists, and with {@code AGENT_NOT_FOUND} if the
   * agent does not exist or belongs to another owner.
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
            agent ->
                agent.filter(found -> sees(caller, found)).orElseThrow(Authorizer::unknownAgent));
  }

  /** The error for an agent that the caller may not see. */
  public static SessionException unknownAgent() {
    return new SessionException(ErrorReason.AGENT_NOT_FOUND, "Agent not found");
  }

  /**
   * Finds a session without knowing its agent, and returns it if the caller may see it. Otherwise
   * fails with {@code SESSION_NOT_FOUND}. The message and the work are the same whether or not the
   * session exists.
   */
  public CompletableFuture<Session> session(Caller caller, UUID sessionId) {
    Principal principal = caller.principal();
    return store
        .findSession(sessionId, caller.cancellation())
        .thenCompose(
            found ->
                store
                    .findAgent(found.map(Session::agentId).orElse(sessionId))
                    .thenApply(
                        agent ->
                            found
                                .filter(
                                    session ->
                                        agent.isPresent() && sees(principal, agent.get(), session))
                                .orElseThrow(Authorizer::unknownSession)));
  }

  /**
   * Returns the filter for the sessions that the caller may see.
   *
   * @param agentId the agent, which the caller may access; null for all agents
   */
  public static SessionFilter filter(Principal caller, @Nullable UUID agentId) {
    if (caller instanceof Principal.AgentHolder holder) {
      return SessionFilter.ofAgent(holder.agentId());
    }
    return new SessionFilter(agentId, ownerOf(caller), caller.user(), null);
  }

  /** The error for a session that the caller may not see. */
  public static SessionException unknownSession() {
    return new SessionException(ErrorReason.SESSION_NOT_FOUND, "Session not found");
  }

  private static boolean sees(Principal caller, Agent agent) {
    String owner = ownerOf(caller);
    return owner == null || owner.equals(agent.owner());
  }

  private static boolean sees(Principal caller, Agent agent, Session session) {
    boolean itsAgent =
        !(caller instanceof Principal.AgentHolder holder)
            || holder.agentId().equals(agent.agentId());
    boolean itsUser = caller.user() == null || caller.user().equals(session.profile().user());
    return itsAgent && itsUser && sees(caller, agent);
  }

  /** Returns the owner whose agents the caller is limited to; null if there is no such limit. */
  public static @Nullable String ownerOf(Principal caller) {
    if (caller instanceof Principal.Master master) {
      return master.owner();
    }
    return caller instanceof Principal.User user ? user.owner() : null;
  }
}
