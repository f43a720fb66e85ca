package dev.parley.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.auth.Principal;
import dev.parley.core.filter.FilteredSessions;
import dev.parley.core.filter.SessionCount;
import dev.parley.core.page.Batch;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.page.PageTokens;
import dev.parley.core.page.SessionSearch;
import dev.parley.core.read.Chunk;
import dev.parley.core.read.ChunkedRead;
import dev.parley.core.read.ListRead;
import dev.parley.core.read.SessionsRead;
import dev.parley.core.request.RepeatedSession;
import dev.parley.core.request.RequestId;
import dev.parley.model.ErrorReason;
import dev.parley.model.Expiry;
import dev.parley.model.FieldViolation;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditAction;
import dev.parley.storage.Store;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Creates, reads, changes and deletes sessions. Callers of this class must already have authorized
 * access to the agent.
 */
public final class Sessions {
  private static final SessionOrder ORDER = SessionOrder.UPDATE_TIME_DESC;

  private final Store store;
  private final Authorizer authorizer;
  private final PageTokens tokens;
  private final AuditLog audit;
  private final IdGenerator ids;
  private final MicroClock clock;

  public Sessions(
      Store store,
      Authorizer authorizer,
      PageTokens tokens,
      AuditLog audit,
      IdGenerator ids,
      Clock clock) {
    this.store = store;
    this.authorizer = authorizer;
    this.tokens = tokens;
    this.audit = audit;
    this.ids = ids;
    this.clock = new MicroClock(clock);
  }

  /**
   * Creates an empty session. If a user token calls, the session belongs to that user.
   *
   * @param key the session key; null or empty for a generated one
   */
  public CompletableFuture<Session> create(
      Caller caller, UUID agentId, @Nullable String key, Session.Profile profile) {
    return create(caller, newSession(caller.principal(), agentId, key, profile, clock.now(), ids));
  }

  /**
   * Creates an empty session, or returns the session that an earlier call with this request id of
   * the same user created. Fails with {@code REQUEST_ID_REUSED} if that call had another key or, as
   * far as the session was not changed since, another profile.
   */
  public CompletableFuture<Session> create(
      Caller caller,
      UUID agentId,
      @Nullable String key,
      Session.Profile profile,
      RequestId requestId) {
    UUID id = RepeatedSession.id(requestId, agentId, caller.principal());
    Session session = newSession(caller.principal(), agentId, key, profile, clock.now(), () -> id);
    // The session may have been given to another user since.
    return requestId.createOnce(
        () -> store.findSession(new SessionRef.ById(agentId, id, null), caller.cancellation()),
        found -> caller.byId(agentId, id).matches(found) && RepeatedSession.isSame(found, session),
        () -> create(caller, session));
  }

  private CompletableFuture<Session> create(Caller caller, Session session) {
    return store
        .createSession(session)
        .exceptionallyCompose(failure -> hideHolder(caller.principal(), failure));
  }

  /** Creates the record of a new session without messages. Does not store it. */
  static Session newSession(
      Principal caller,
      UUID agentId,
      @Nullable String key,
      Session.Profile profile,
      Instant now,
      IdGenerator ids) {
    Session.Profile ofClient =
        profile.client() == null ? profile.withClient(caller.client()) : profile;
    Session.Profile ofUser = ofClient.user() == null ? ofClient.withUser(caller.user()) : ofClient;
    requireOwn(caller, null, ofUser);
    ExpiryValidator.require(Expiry.NEVER, ofUser.expiry(), now);
    return Session.create(
        agentId, ids.uuid(), key == null || key.isEmpty() ? ids.sessionKey() : key, ofUser, now);
  }

  /** Rejects a profile in which a user sets another user or another client. */
  private static void requireOwn(
      Principal caller, Session.@Nullable Profile before, Session.Profile after) {
    if (caller.user() == null) {
      return;
    }
    if (!caller.user().equals(after.user())) {
      throw SessionException.invalid(
          FieldViolation.format("user", "must be the user of the token"));
    }
    String client = before == null ? caller.client() : before.client();
    if (!Objects.equals(after.client(), client)) {
      throw SessionException.invalid(
          FieldViolation.format("client", "must be the client that created the session"));
    }
  }

  /** Hides which session uses a key from users, because it can belong to another user. */
  static <T> CompletableFuture<T> hideHolder(Principal caller, Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    boolean hidden =
        caller.user() != null
            && cause instanceof SessionException e
            && e.reason() == ErrorReason.KEY_IN_USE;
    return CompletableFuture.failedFuture(
        hidden
            ? new SessionException(ErrorReason.KEY_IN_USE, "The session key is in use.")
            : cause);
  }

  /** Returns the session. Fails with {@code SESSION_NOT_FOUND} if it does not exist. */
  public CompletableFuture<Session> get(Caller caller, SessionRef ref) {
    return store
        .findSession(ref, caller.cancellation())
        .thenApply(found -> found.orElseThrow(Authorizer::unknownSession));
  }

  /** Returns the sessions of one agent with these ids, active or archived, in their order. */
  public CompletableFuture<Batch<UUID, Session>> get(
      Caller caller, UUID agentId, List<UUID> sessionIds) {
    return store
        .findSessions(agentId, Set.copyOf(sessionIds), caller.cancellation())
        .thenApply(
            found -> {
              Map<UUID, Session> visible = new HashMap<>();
              for (Session session : found) {
                if (caller.byId(agentId, session.sessionId()).matches(session)) {
                  visible.put(session.sessionId(), session);
                }
              }
              return Batch.of(sessionIds, visible, false)
                  .limited(Session::bytes, Session::sessionId);
            });
  }

  /** Returns the active session if {@link #listOfClient} would list it. */
  public CompletableFuture<Session> getOfClient(Caller caller, SessionRef ref) {
    return get(caller, ref).thenApply(session -> requireOfClient(caller, session));
  }

  /** Changes an active session if {@link #listOfClient} would list it. */
  public CompletableFuture<Session> updateOfClient(
      Caller caller, SessionRef ref, UnaryOperator<Session.Profile> change) {
    return store.updateSession(
        ref,
        session -> {
          Session.Profile profile = requireOfClient(caller, session).profile();
          return session.withProfile(change.apply(profile));
        });
  }

  /** Deletes an active session if {@link #listOfClient} would list it. */
  public CompletableFuture<Session> deleteOfClient(Caller caller, SessionRef ref) {
    return delete(caller, ref, session -> requireOfClient(caller, session));
  }

  private static Session requireOfClient(Caller caller, Session session) {
    String client = caller.principal().client();
    if (client != null && !client.equals(session.profile().client())) {
      throw Authorizer.unknownSession();
    }
    return requireListed(session);
  }

  /** Finds the active session with this id, of any agent that the caller may access. */
  public CompletableFuture<Session> find(Caller caller, UUID sessionId) {
    return authorizer.session(caller, sessionId).thenApply(Sessions::requireListed);
  }

  /**
   * Finds the active session with this key. If several agents have one, returns the most recently
   * updated.
   */
  public CompletableFuture<Session> find(Caller caller, String key) {
    return named(caller, key).thenApply(found -> found.get(0));
  }

  /** Finds the active sessions with this key, of all agents. The list is not empty. */
  private CompletableFuture<List<Session>> named(Caller caller, String key) {
    return store
        .findSessions(Authorizer.filter(caller.principal(), null), key, caller.cancellation())
        .thenApply(
            found -> {
              if (found.isEmpty()) {
                throw Authorizer.unknownSession();
              }
              return found;
            });
  }

  /**
   * Lists the distinct keys of all active sessions that the caller may see, ordered by code point,
   * from one snapshot.
   */
  public ChunkedRead<String> keys(Caller caller) {
    SessionFilter filter = Authorizer.filter(caller.principal(), null);
    return new ListRead<String>(
            key -> key.getBytes(UTF_8).length,
            (after, limit, cancellation) ->
                store.listKeys(new KeyQuery(filter, after, limit, Chunk.BYTES), cancellation),
            (snapshot, after, limit) ->
                snapshot.listKeys(new KeyQuery(filter, after, limit, Chunk.BYTES)))
        .of(store, caller.cancellation());
  }

  /**
   * Lists active sessions, the most recently updated first.
   *
   * @param agentId lists only sessions of this agent; null for all agents that the caller may see
   * @param part lists only sessions whose key, label or last channel contains this text, ignoring
   *     case; null for all
   */
  public CompletableFuture<Page<Session>> list(
      Caller caller, @Nullable UUID agentId, @Nullable String part, PageRequest page) {
    SessionFilter filter = Authorizer.filter(caller.principal(), agentId);
    String list = "sessions/" + (agentId == null ? "-" : agentId);
    if (part == null) {
      return list(caller, list, filter, page);
    }
    String query = list + "/search=" + part;
    Cursor after = tokens.cursor(caller.principal(), query, page.token());
    return new SessionSearch(
            store,
            filter,
            ORDER,
            part,
            page.size(),
            last -> tokens.ofCursor(caller.principal(), query, last),
            caller.cancellation())
        .after(after);
  }

  /** Reads lists of sessions that match a filter. */
  public FilteredSessions filtered() {
    return new FilteredSessions(store, tokens);
  }

  /** Counts active sessions; see {@link FilteredSessions#count}. */
  public CompletableFuture<SessionCount> count(
      Caller caller, @Nullable UUID agentId, String filter) {
    return new FilteredSessions(store, tokens).count(caller, agentId, filter);
  }

  /**
   * Lists active sessions that the caller's client created, the most recently updated first. If the
   * caller has no client, lists the sessions of all clients.
   *
   * @param agentId lists only sessions of this agent; null for all
   */
  public CompletableFuture<Page<Session>> listOfClient(
      Caller caller, @Nullable UUID agentId, PageRequest page) {
    SessionFilter seen = Authorizer.filter(caller.principal(), agentId);
    String client = caller.principal().client();
    SessionFilter filter = new SessionFilter(seen.agentId(), seen.owner(), seen.user(), client);
    // The text of the agent has a fixed length, so a client name cannot be mistaken for a part of
    // it.
    String agent = agentId == null ? "*" : agentId.toString();
    String ofClient = client == null ? "" : "/" + client;
    return list(caller, "client-sessions/" + agent + ofClient, filter, page);
  }

  /**
   * Lists active sessions that follow another one in the list, the most recently updated first.
   *
   * @param agentId lists only sessions of this agent; null for all agents that the caller may see
   * @param last the session that the page follows, at its present position; null for the first page
   * @param size the maximum number of sessions
   */
  public CompletableFuture<Page<Session>> listAfter(
      Caller caller, @Nullable UUID agentId, @Nullable Session last, int size) {
    SessionFilter filter = Authorizer.filter(caller.principal(), agentId);
    Cursor after = last == null ? null : ORDER.cursorOf(last);
    return list(caller, "sessions-after", filter, after, new PageRequest(size, null));
  }

  private CompletableFuture<Page<Session>> list(
      Caller caller, String query, SessionFilter filter, PageRequest page) {
    Cursor after = tokens.cursor(caller.principal(), query, page.token());
    return list(caller, query, filter, after, page);
  }

  private CompletableFuture<Page<Session>> list(
      Caller caller, String query, SessionFilter filter, @Nullable Cursor after, PageRequest page) {
    return store
        .listSessions(
            new SessionQuery(filter, ORDER, after, page.readLimit(), Page.BYTES_MAX),
            caller.cancellation())
        .thenApply(
            rows ->
                Page.of(
                    rows,
                    page,
                    Session::bytes,
                    last -> tokens.ofCursor(caller.principal(), query, ORDER.cursorOf(last))));
  }

  /** Lists all active sessions of an agent, the most recently updated first, from one snapshot. */
  public ChunkedRead<Session> listAll(Caller caller, UUID agentId) {
    return SessionsRead.of(store, caller, Authorizer.filter(caller.principal(), agentId), ORDER);
  }

  /**
   * Changes the profile of a session. Fails with {@code SESSION_ARCHIVED} if the session is
   * archived.
   *
   * @param etag the required etag of the session; null or empty for any
   */
  public CompletableFuture<Session> update(
      Caller caller, SessionRef ref, @Nullable String etag, UnaryOperator<Session.Profile> change) {
    Instant now = clock.now();
    return store.updateSession(
        ref,
        session -> {
          requireActive(session);
          requireEtag(session, etag);
          Session.Profile profile = change.apply(session.profile());
          requireOwn(caller.principal(), session.profile(), profile);
          ExpiryValidator.require(session.profile().expiry(), profile.expiry(), now);
          return session.withProfile(profile);
        });
  }

  /** Deletes a session with any etag. */
  public CompletableFuture<Session> delete(Caller caller, SessionRef ref) {
    return delete(caller, ref, (String) null);
  }

  /**
   * Deletes a session with its messages and runs.
   *
   * @param etag the required etag of the session; null or empty for any
   */
  public CompletableFuture<Session> delete(Caller caller, SessionRef ref, @Nullable String etag) {
    return delete(caller, ref, session -> requireEtag(session, etag));
  }

  private CompletableFuture<Session> delete(
      Caller caller, SessionRef ref, Consumer<Session> guard) {
    return store.deleteSession(
        ref, guard, audit.context(caller.actor(), AuditAction.SESSION_DELETE));
  }

  /** Deletes an active session. Fails with {@code SESSION_ARCHIVED} if it is archived. */
  public CompletableFuture<Session> deleteUnlessArchived(Caller caller, SessionRef ref) {
    return delete(caller, ref, Sessions::requireActive);
  }

  /** Deletes an active session. Fails with {@code SESSION_NOT_FOUND} if it is archived. */
  private CompletableFuture<Session> deleteActive(Caller caller, SessionRef ref) {
    return delete(caller, ref, Sessions::requireListed);
  }

  /** Deletes the active session with this id, of any agent that the caller may access. */
  public CompletableFuture<Session> delete(Caller caller, UUID sessionId) {
    return find(caller, sessionId)
        .thenCompose(session -> deleteActive(caller, caller.byId(session.agentId(), sessionId)));
  }

  /**
   * Deletes the active session with this key. Fails with {@code KEY_AMBIGUOUS} and changes nothing
   * if sessions of several agents have the key.
   */
  public CompletableFuture<Session> delete(Caller caller, String key) {
    return named(caller, key)
        .thenCompose(
            found -> {
              if (found.size() > 1) {
                throw new SessionException(
                    ErrorReason.KEY_AMBIGUOUS,
                    "Sessions of several agents use this key. Call with the API key of one agent.");
              }
              Session only = found.get(0);
              return deleteActive(caller, caller.byId(only.agentId(), only.sessionId()));
            });
  }

  /** Fails with {@code ETAG_MISMATCH} if the caller gave the etag of another revision. */
  static void requireEtag(Session session, @Nullable String etag) {
    if (etag != null && !etag.isEmpty() && !etag.equals(session.etag())) {
      throw new SessionException(
          ErrorReason.ETAG_MISMATCH,
          "The session was changed after its etag was read.",
          Map.of("etag", session.etag()));
    }
  }

  static void requireActive(Session session) {
    if (session.isArchived()) {
      throw new SessionException(
          ErrorReason.SESSION_ARCHIVED, "The session is archived and read-only.");
    }
  }

  /** Rejects archived sessions with {@code SESSION_NOT_FOUND}, for APIs without archives. */
  private static Session requireListed(Session session) {
    if (session.isArchived()) {
      throw Authorizer.unknownSession();
    }
    return session;
  }
}
