package dev.parley.core;

import dev.parley.auth.Principal;
import dev.parley.model.Cursor;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.storage.SessionQuery;
import dev.parley.storage.SessionStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Sessions of an agent. That the caller may touch the agent is settled before. */
public final class Sessions {
  private final SessionStore store;
  private final PageTokens tokens;
  private final IdGenerator ids;
  private final MicroClock clock;

  public Sessions(SessionStore store, PageTokens tokens, IdGenerator ids, Clock clock) {
    this.store = store;
    this.tokens = tokens;
    this.ids = ids;
    this.clock = new MicroClock(clock);
  }

  /**
   * Makes an empty session.
   *
   * @param key null or empty for a new one
   */
  public CompletableFuture<Session> create(
      Principal caller, UUID agentId, @Nullable String key, Session.Profile profile) {
    return store.createSession(fresh(caller, agentId, key, profile, clock.now()));
  }

  /** A session to store that nothing was appended to yet. */
  Session fresh(
      Principal caller, UUID agentId, @Nullable String key, Session.Profile profile, Instant now) {
    return new Session(
        agentId,
        ids.uuid(),
        key == null || key.isEmpty() ? ids.sessionKey() : key,
        profile.client() == null ? profile.withClient(caller.client()) : profile,
        now,
        now,
        0,
        null,
        1);
  }

  /** The session. {@code SESSION_NOT_FOUND} if there is none. */
  public CompletableFuture<Session> get(SessionRef ref) {
    return store.findSession(ref).thenApply(found -> found.orElseThrow(Sessions::unknown));
  }

  /** Active sessions, the most recently updated first. */
  public CompletableFuture<Page<Session>> list(Principal caller, UUID agentId, Page.Request page) {
    String query = "sessions/" + agentId;
    Cursor after = tokens.cursor(caller, query, page.token());
    return store
        .listSessions(new SessionQuery(agentId, false, after, page.readLimit()))
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

  /** All active sessions, the most recently updated first, of one moment. */
  public CompletableFuture<List<Session>> listAll(UUID agentId) {
    return store.listSessions(new SessionQuery(agentId, false, null, SessionQuery.NO_LIMIT));
  }

  /**
   * Changes what callers may set. {@code SESSION_ARCHIVED} if the session is archived.
   *
   * @param etag what the session's must be; null or empty for any
   */
  public CompletableFuture<Session> update(
      SessionRef ref, @Nullable String etag, UnaryOperator<Session.Profile> change) {
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
          return session.withProfile(change.apply(session.profile()));
        });
  }

  /** Deletes a session with its messages. */
  public CompletableFuture<Session> delete(SessionRef ref) {
    return store.deleteSession(ref, session -> {});
  }

  static void requireActive(Session session) {
    if (session.isArchived()) {
      throw new SessionException(
          ErrorReason.SESSION_ARCHIVED, "The session is archived, and so read-only.");
    }
  }

  /** What a caller is told of a session that is not there. */
  static SessionException unknown() {
    return new SessionException(ErrorReason.SESSION_NOT_FOUND, "Session not found");
  }
}
