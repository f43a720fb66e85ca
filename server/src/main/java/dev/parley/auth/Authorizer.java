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

/** What a caller may touch. */
public final class Authorizer {
  private final Store store;

  public Authorizer(Store store) {
    this.store = store;
  }

  /** Refuses with {@code SCOPE_MISSING} if the caller does not hold the scope. */
  public static void requireScope(Principal caller, String scope) {
    if (!caller.holds(scope)) {
      throw new SessionException(
          ErrorReason.SCOPE_MISSING,
          "The credential lacks the required scope: " + scope,
          Map.of("scope", scope));
    }
  }

  /**
   * Refuses with {@code OWNER_FORBIDDEN} if the caller may not act for the owner.
   *
   * @param owner whom to act for
   */
  public static void requireOwner(Principal caller, String owner) {
    boolean allowed = caller instanceof Principal.Root || owner.equals(ownerOf(caller));
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
            agent ->
                agent.filter(found -> sees(caller, found)).orElseThrow(Authorizer::unknownAgent));
  }

  /** What a caller is told of an agent that it cannot see. */
  public static SessionException unknownAgent() {
    return new SessionException(ErrorReason.AGENT_NOT_FOUND, "Agent not found");
  }

  /**
   * A session that was named without its agent, if the caller may see it. {@code SESSION_NOT_FOUND}
   * otherwise, in the same words and after the same work.
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

  /** Whose sessions the caller sees, out of one agent's that it may touch or of all. */
  public static SessionFilter filter(Principal caller, @Nullable UUID agentId) {
    if (caller instanceof Principal.AgentHolder holder) {
      return SessionFilter.ofAgent(holder.agentId());
    }
    return new SessionFilter(agentId, ownerOf(caller), caller.user(), null);
  }

  /** What a caller is told of a session that it cannot see. */
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

  /** The owner to whose agents the caller is bound, if it is bound so. */
  public static @Nullable String ownerOf(Principal caller) {
    if (caller instanceof Principal.Master master) {
      return master.owner();
    }
    return caller instanceof Principal.User user ? user.owner() : null;
  }
}
