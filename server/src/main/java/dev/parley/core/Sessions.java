package dev.parley.core;

import dev.parley.auth.Access;
import dev.parley.auth.Principal;
import dev.parley.model.Actor;
import dev.parley.model.AuditAction;
import dev.parley.model.Cursor;
import dev.parley.model.ErrorReason;
import dev.parley.model.Expiry;
import dev.parley.model.FieldViolation;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.storage.SessionFilter;
import dev.parley.storage.SessionQuery;
import dev.parley.storage.SessionStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Sessions of an agent. That the caller may touch the agent is settled before. */
public final class Sessions {
  private final SessionStore store;
  private final Access access;
  private final PageTokens tokens;
  private final Audit audit;
  private final IdGenerator ids;
  private final MicroClock clock;

  public Sessions(
      SessionStore store,
      Access access,
      PageTokens tokens,
      Audit audit,
      IdGenerator ids,
      Clock clock) {
    this.store = store;
    this.access = access;
    this.tokens = tokens;
    this.audit = audit;
    this.ids = ids;
    this.clock = new MicroClock(clock);
  }

  /**
   * Makes an empty session. What a user makes is the user's.
   *
   * @param key null or empty for a new one
   */
  public CompletableFuture<Session> create(
      Principal caller, UUID agentId, @Nullable String key, Session.Profile profile) {
    return store
        .createSession(fresh(caller, agentId, key, profile, clock.now()))
        .exceptionallyCompose(failure -> hideHolder(caller, failure));
  }

  /** A session to store that nothing was appended to yet. */
  Session fresh(
      Principal caller, UUID agentId, @Nullable String key, Session.Profile profile, Instant now) {
    Session.Profile ofClient =
        profile.client() == null ? profile.withClient(caller.client()) : profile;
    Session.Profile ofUser = ofClient.user() == null ? ofClient.withUser(caller.user()) : ofClient;
    requireOwn(caller, null, ofUser);
    Expiries.require(Expiry.NEVER, ofUser.expiry(), now);
    return Session.made(
        agentId, ids.uuid(), key == null || key.isEmpty() ? ids.sessionKey() : key, ofUser, now);
  }

  /** A user gives sessions neither to other users nor to other clients. */
  private static void requireOwn(
      Principal caller, Session.@Nullable Profile before, Session.Profile after) {
    if (caller.user() == null) {
      return;
    }
    if (!caller.user().equals(after.user())) {
      throw SessionException.invalid(FieldViolation.format("user", "must be the user who calls"));
    }
    String client = before == null ? caller.client() : before.client();
    if (!Objects.equals(after.client(), client)) {
      throw SessionException.invalid(
          FieldViolation.format("client", "must be the client who made it"));
    }
  }

  /** Whose session holds a key, a user is not told: it may be another user's. */
  static <T> CompletableFuture<T> hideHolder(Principal caller, Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    boolean hidden =
        caller.user() != null
            && cause instanceof SessionException e
            && e.reason() == ErrorReason.KEY_IN_USE;
    return CompletableFuture.failedFuture(
        hidden ? new SessionException(ErrorReason.KEY_IN_USE, "The key is in use.") : cause);
  }

  /** The session. {@code SESSION_NOT_FOUND} if there is none. */
  public CompletableFuture<Session> get(SessionRef ref) {
    return store.findSession(ref).thenApply(found -> found.orElseThrow(Access::unknownSession));
  }

  /** The active session, if {@link #listOfClient} would list it. */
  public CompletableFuture<Session> getOfClient(Principal caller, SessionRef ref) {
    return get(ref).thenApply(session -> requireOfClient(caller, session));
  }

  /** Changes an active session that {@link #listOfClient} would list. */
  public CompletableFuture<Session> updateOfClient(
      Principal caller, SessionRef ref, UnaryOperator<Session.Profile> change) {
    return store.updateSession(
        ref,
        session -> {
          Session.Profile profile = requireOfClient(caller, session).profile();
          return session.withProfile(change.apply(profile));
        });
  }

  /** Deletes an active session that {@link #listOfClient} would list. */
  public CompletableFuture<Session> deleteOfClient(Principal caller, Actor actor, SessionRef ref) {
    return delete(actor, ref, session -> requireOfClient(caller, session));
  }

  private static Session requireOfClient(Principal caller, Session session) {
    if (caller.client() != null && !caller.client().equals(session.profile().client())) {
      throw Access.unknownSession();
    }
    return requireListed(session);
  }

  /** The active session with this id, of whichever agent. */
  public CompletableFuture<Session> find(Principal caller, UUID sessionId) {
    return access.session(caller, sessionId).thenApply(Sessions::requireListed);
  }

  /** The active session that holds this key; of several, the most recently updated. */
  public CompletableFuture<Session> find(Principal caller, String key) {
    return named(caller, key).thenApply(found -> found.get(0));
  }

  /** The active sessions that hold this key, of whichever agents: at least one. */
  private CompletableFuture<List<Session>> named(Principal caller, String key) {
    return store
        .findSessions(Access.filter(caller, null), key)
        .thenApply(
            found -> {
              if (found.isEmpty()) {
                throw Access.unknownSession();
              }
              return found;
            });
  }

  /** The keys of all active sessions, of whichever agents, by code point. */
  public CompletableFuture<List<String>> keys(Principal caller) {
    return store.listKeys(Access.filter(caller, null));
  }

  /**
   * Active sessions of an agent, the most recently updated first.
   *
   * @param part only those with this in their key or label, whatever its case; null for all
   */
  public CompletableFuture<Page<Session>> list(
      Principal caller, UUID agentId, @Nullable String part, Page.Request page) {
    SessionFilter filter = Access.filter(caller, agentId);
    if (part == null) {
      return list(caller, "sessions/" + agentId, filter, page);
    }
    String query = "sessions/" + agentId + "/" + part;
    Cursor after = tokens.cursor(caller, query, page.token());
    return new SessionSearch(
            store,
            filter,
            false,
            part,
            page.size(),
            session -> new Cursor(session.updateTime(), session.sessionId()),
            last -> tokens.ofCursor(caller, query, last))
        .after(after);
  }

  /**
   * Active sessions made by the client that calls, the most recently updated first; for a caller
   * without a client, those of every client.
   *
   * @param agentId only this agent's; null for all
   */
  public CompletableFuture<Page<Session>> listOfClient(
      Principal caller, @Nullable UUID agentId, Page.Request page) {
    SessionFilter seen = Access.filter(caller, agentId);
    SessionFilter filter =
        new SessionFilter(seen.agentId(), seen.owner(), seen.user(), caller.client());
    // The agent's text is of one length, so that no client's name can be read as part of it.
    String agent = agentId == null ? "*" : agentId.toString();
    String client = caller.client() == null ? "" : "/" + caller.client();
    return list(caller, "client-sessions/" + agent + client, filter, page);
  }

  private CompletableFuture<Page<Session>> list(
      Principal caller, String query, SessionFilter filter, Page.Request page) {
    Cursor after = tokens.cursor(caller, query, page.token());
    return store
        .listSessions(new SessionQuery(filter, false, after, page.readLimit(), Page.BYTES_MAX))
        .thenApply(
            rows ->
                Page.of(
                    rows,
                    page,
                    Session::bytes,
                    last ->
                        tokens.ofCursor(
                            caller, query, new Cursor(last.updateTime(), last.sessionId()))));
  }

  /** All active sessions of an agent, the most recently updated first, of one moment. */
  public CompletableFuture<List<Session>> listAll(Principal caller, UUID agentId) {
    return store.listSessions(
        new SessionQuery(Access.filter(caller, agentId), false, null, SessionQuery.NO_LIMIT));
  }

  /**
   * Changes what callers may set. {@code SESSION_ARCHIVED} if the session is archived.
   *
   * @param etag what the session's must be; null or empty for any
   */
  public CompletableFuture<Session> update(
      Principal caller,
      SessionRef ref,
      @Nullable String etag,
      UnaryOperator<Session.Profile> change) {
    Instant now = clock.now();
    return store.updateSession(
        ref,
        session -> {
          requireActive(session);
          if (etag != null && !etag.isEmpty() && !etag.equals(session.etag())) {
            throw new SessionException(
                ErrorReason.ETAG_MISMATCH,
                "The session was changed since its etag was read.",
                Map.of("etag", session.etag()));
          }
          Session.Profile profile = change.apply(session.profile());
          requireOwn(caller, session.profile(), profile);
          Expiries.require(session.profile().expiry(), profile.expiry(), now);
          return session.withProfile(profile);
        });
  }

  /** Deletes a session with its messages and runs. */
  public CompletableFuture<Session> delete(Actor actor, SessionRef ref) {
    return delete(actor, ref, session -> {});
  }

  private CompletableFuture<Session> delete(Actor actor, SessionRef ref, Consumer<Session> guard) {
    return store.deleteSession(ref, guard, audit.act(actor, AuditAction.SESSION_DELETE));
  }

  /** Deletes an active session; an archived one is not found. */
  private CompletableFuture<Session> deleteActive(Actor actor, SessionRef ref) {
    return delete(actor, ref, Sessions::requireListed);
  }

  /** Deletes the active session with this id, of whichever agent. */
  public CompletableFuture<Session> delete(Principal caller, Actor actor, UUID sessionId) {
    return find(caller, sessionId)
        .thenCompose(session -> deleteActive(actor, caller.byId(session.agentId(), sessionId)));
  }

  /**
   * Deletes the active session that holds this key. {@code KEY_AMBIGUOUS} if sessions of several
   * agents do, and then nothing changes.
   */
  public CompletableFuture<Session> delete(Principal caller, Actor actor, String key) {
    return named(caller, key)
        .thenCompose(
            found -> {
              if (found.size() > 1) {
                throw new SessionException(
                    ErrorReason.KEY_AMBIGUOUS,
                    "Sessions of several agents hold this key: use a key of one agent.");
              }
              Session only = found.get(0);
              return deleteActive(actor, caller.byId(only.agentId(), only.sessionId()));
            });
  }

  static void requireActive(Session session) {
    if (session.isArchived()) {
      throw new SessionException(
          ErrorReason.SESSION_ARCHIVED, "The session is archived, and so read-only.");
    }
  }

  /** To APIs that know no archives, an archived session is one that is not there. */
  private static Session requireListed(Session session) {
    if (session.isArchived()) {
      throw Access.unknownSession();
    }
    return session;
  }
}
