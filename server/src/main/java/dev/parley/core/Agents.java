package dev.parley.core;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.auth.Principal;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.page.PageTokens;
import dev.parley.core.request.RequestId;
import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.model.audit.AuditAction;
import dev.parley.storage.AgentStore;
import dev.parley.storage.query.AgentQuery;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Creates, reads, changes and deletes agents. Callers of a method with an agent id must already
 * have authorized access to the agent.
 */
public final class Agents {
  private final AgentStore store;
  private final PageTokens tokens;
  private final AuditLog audit;
  private final IdGenerator ids;
  private final MicroClock clock;

  public Agents(AgentStore store, PageTokens tokens, AuditLog audit, IdGenerator ids, Clock clock) {
    this.store = store;
    this.tokens = tokens;
    this.audit = audit;
    this.ids = ids;
    this.clock = new MicroClock(clock);
  }

  /**
   * Creates an agent.
   *
   * @param agentId the id; null for a new random one
   * @param owner the owner; null or empty for the caller's own
   * @param profile see {@link Agent.Profile}
   */
  public CompletableFuture<Agent> create(
      Caller caller, @Nullable UUID agentId, @Nullable String owner, Agent.Profile profile) {
    return create(caller, agentId, owner, profile, null);
  }

  /**
   * Creates an agent, or returns the agent that an earlier call with this request id created.
   *
   * @param requestId the id of the call; null if it cannot be repeated
   */
  public CompletableFuture<Agent> create(
      Caller caller,
      @Nullable UUID agentId,
      @Nullable String owner,
      Agent.Profile profile,
      @Nullable RequestId requestId) {
    String ownerOrOwn = owner;
    if (ownerOrOwn == null || ownerOrOwn.isEmpty()) {
      if (!(caller.principal() instanceof Principal.Master master)) {
        throw SessionException.invalid(FieldViolation.required("owner"));
      }
      ownerOrOwn = master.owner();
    }
    Authorizer.requireOwner(caller.principal(), ownerOrOwn);
    requireTtl(profile);
    if (requestId == null) {
      return store(caller, agentId == null ? ids.uuid() : agentId, ownerOrOwn, profile);
    }
    UUID id = agentId == null ? requestId.derive("agent", ownerOrOwn) : agentId;
    String itsOwner = ownerOrOwn;
    // An agent with a chosen id may be the result of another call.
    Predicate<Agent> isSame =
        found ->
            found.owner().equals(itsOwner) && (agentId == null || found.profile().equals(profile));
    return requestId.createOnce(
        () -> store.findAgent(id).thenApply(found -> found.filter(isSame)),
        isSame,
        () -> store(caller, id, itsOwner, profile));
  }

  private CompletableFuture<Agent> store(
      Caller caller, UUID agentId, String owner, Agent.Profile profile) {
    return store.createAgent(
        new Agent(agentId, owner, clock.now(), profile),
        audit.context(caller.actor(), AuditAction.AGENT_CREATE));
  }

  /** Returns the agent. Fails with {@code AGENT_NOT_FOUND} if it does not exist. */
  public CompletableFuture<Agent> get(Caller caller, UUID agentId) {
    return find(agentId);
  }

  private CompletableFuture<Agent> find(UUID agentId) {
    return store.findAgent(agentId).thenApply(agent -> agent.orElseThrow(Authorizer::unknownAgent));
  }

  /**
   * Lists the agents that the caller may see, ordered by id.
   *
   * @param owner lists only agents of this owner; null for all
   */
  public CompletableFuture<Page<Agent>> list(
      Caller caller, @Nullable String owner, PageRequest page) {
    Principal principal = caller.principal();
    if (principal instanceof Principal.AgentHolder holder) {
      return find(holder.agentId())
          .thenApply(
              agent ->
                  new Page<>(
                      owner == null || owner.equals(agent.owner()) ? List.of(agent) : List.of(),
                      null));
    }
    String visible = OwnerFilter.visible(principal, owner);
    String query = "agents/" + (visible == null ? "" : visible);
    UUID after = tokens.uuid(principal, query, page.token());
    return store
        .listAgents(new AgentQuery(visible, after, page.readLimit()), caller.cancellation())
        .thenApply(
            rows ->
                Page.of(
                    rows,
                    page,
                    Agent::bytes,
                    last -> tokens.ofUuid(principal, query, last.agentId())));
  }

  /**
   * Changes the profile of an agent. Existing sessions keep their expiry.
   *
   * @param etag the required etag of the agent; null or empty for any
   */
  public CompletableFuture<Agent> update(
      Caller caller, UUID agentId, @Nullable String etag, UnaryOperator<Agent.Profile> change) {
    return store.updateAgent(
        agentId,
        agent -> {
          requireEtag(agent, etag);
          Agent.Profile profile = change.apply(agent.profile());
          requireTtl(profile);
          return agent.withProfile(profile);
        },
        audit.context(caller.actor(), AuditAction.AGENT_UPDATE));
  }

  private static void requireTtl(Agent.Profile profile) {
    ExpiryValidator.requireTtl("default_session_ttl", profile.defaultSessionTtl());
  }

  /** Fails with {@code ETAG_MISMATCH} if the caller gave the etag of another profile. */
  private static void requireEtag(Agent agent, @Nullable String etag) {
    if (etag != null && !etag.isEmpty() && !etag.equals(agent.etag())) {
      throw new SessionException(
          ErrorReason.ETAG_MISMATCH,
          "The agent was changed after its etag was read.",
          Map.of("etag", agent.etag()));
    }
  }

  /** Deletes the agent with its sessions, messages, runs and keys. */
  public CompletableFuture<Void> delete(Caller caller, UUID agentId) {
    return store
        .deleteAgent(agentId, audit.context(caller.actor(), AuditAction.AGENT_DELETE))
        .thenAccept(
            existed -> {
              if (!existed) {
                throw Authorizer.unknownAgent();
              }
            });
  }
}
