package dev.parley.core;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.auth.Principal;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.page.PageTokens;
import dev.parley.core.page.SessionSearch;
import dev.parley.core.read.ChunkedRead;
import dev.parley.core.read.SessionsRead;
import dev.parley.model.ArchiveName;
import dev.parley.model.ErrorReason;
import dev.parley.model.Expiry;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditAction;
import dev.parley.storage.Store;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Archives and restores sessions, and lists and deletes archived sessions. Callers of this class
 * must already have authorized access to the agent.
 */
public final class Archives {
  private static final SessionOrder ORDER = SessionOrder.ARCHIVE_TIME_DESC;

  private final Store store;
  private final PageTokens tokens;
  private final AuditLog audit;
  private final MicroClock clock;

  public Archives(Store store, PageTokens tokens, AuditLog audit, Clock clock) {
    this.store = store;
    this.tokens = tokens;
    this.audit = audit;
    this.clock = new MicroClock(clock);
  }

  /** Archives a session with any etag. */
  public CompletableFuture<Session> archive(Caller caller, SessionRef ref) {
    return archive(caller, ref, null);
  }

  /**
   * Archives a session. Fails with {@code SESSION_ARCHIVED} if it is already archived.
   *
   * @param etag the required etag of the session; null or empty for any
   */
  public CompletableFuture<Session> archive(Caller caller, SessionRef ref, @Nullable String etag) {
    Instant now = clock.now();
    return store.updateSession(
        ref,
        session -> {
          Sessions.requireActive(session);
          Sessions.requireEtag(session, etag);
          return session.withArchiveTime(now);
        },
        audit.context(caller.actor(), AuditAction.SESSION_ARCHIVE));
  }

  /**
   * Makes an archived session active again, with its key. Fails with {@code SESSION_ACTIVE} if it
   * is not archived.
   *
   * @param etag the required etag of the session; null or empty for any
   */
  public CompletableFuture<Session> restore(Caller caller, SessionRef ref, @Nullable String etag) {
    return restore(caller, ref, etag, false);
  }

  /**
   * Makes an archived session active again, with its key.
   *
   * @param etag the required etag of the archived session; null or empty for any
   * @param repeatable whether an active session is returned, because an earlier call may have
   *     restored it, instead of failing with {@code SESSION_ACTIVE}
   */
  public CompletableFuture<Session> restore(
      Caller caller, SessionRef ref, @Nullable String etag, boolean repeatable) {
    Instant now = clock.now();
    return store
        .updateSession(
            ref,
            session -> {
              if (!session.isArchived() && repeatable) {
                return session;
              }
              if (!session.isArchived()) {
                throw new SessionException(
                    ErrorReason.SESSION_ACTIVE, "The session is not archived.");
              }
              Sessions.requireEtag(session, etag);
              return restored(session, now);
            },
            audit.context(caller.actor(), AuditAction.SESSION_RESTORE))
        .exceptionallyCompose(failure -> Sessions.hideHolder(caller.principal(), failure));
  }

  /** Makes the session of an archive active again, with its key and a changed profile. */
  public CompletableFuture<Session> restore(
      Caller caller, UUID agentId, ArchiveName name, UnaryOperator<Session.Profile> change) {
    Instant now = clock.now();
    return orArchiveNotFound(
            store.updateSession(
                caller.byId(agentId, name.sessionId()),
                session -> {
                  requireNamed(session, name);
                  Session restored = restored(session, now);
                  return restored.withProfile(change.apply(restored.profile()));
                },
                audit.context(caller.actor(), AuditAction.SESSION_RESTORE)))
        .exceptionallyCompose(failure -> Sessions.hideHolder(caller.principal(), failure));
  }

  /**
   * Returns the session as an active one. If it has expired, its expiry is cleared, because
   * otherwise it would be deleted at once.
   */
  private static Session restored(Session session, Instant now) {
    Session active = session.withArchiveTime(null);
    return active.isExpired(now)
        ? active.withProfile(active.profile().withExpiry(Expiry.NEVER))
        : active;
  }

  /** Deletes the session of an archive. */
  public CompletableFuture<Session> delete(Caller caller, UUID agentId, ArchiveName name) {
    return orArchiveNotFound(
        store.deleteSession(
            caller.byId(agentId, name.sessionId()),
            session -> requireNamed(session, name),
            audit.context(caller.actor(), AuditAction.SESSION_DELETE)));
  }

  /**
   * Lists archived sessions of an agent, the most recently archived first.
   *
   * @param part lists only sessions whose key, label or last channel contains this text, ignoring
   *     case; null for all
   */
  public CompletableFuture<Page<Session>> list(
      Caller caller, UUID agentId, @Nullable String part, PageRequest page) {
    Principal principal = caller.principal();
    String query = "archives/" + agentId + (part == null ? "" : "/" + part);
    Cursor after = tokens.cursor(principal, query, page.token());
    if (part != null) {
      return new SessionSearch(
              store,
              Authorizer.filter(principal, agentId),
              ORDER,
              part,
              page.size(),
              last -> tokens.ofCursor(principal, query, last),
              caller.cancellation())
          .after(after);
    }
    return store
        .listSessions(
            new SessionQuery(
                Authorizer.filter(principal, agentId),
                ORDER,
                after,
                page.readLimit(),
                Page.BYTES_MAX),
            caller.cancellation())
        .thenApply(
            rows ->
                Page.of(
                    rows,
                    page,
                    Session::bytes,
                    last -> tokens.ofCursor(principal, query, ORDER.cursorOf(last))));
  }

  /**
   * Lists all archived sessions of an agent, the most recently archived first, from one snapshot.
   */
  public ChunkedRead<Session> listAll(Caller caller, UUID agentId) {
    return SessionsRead.of(store, caller, Authorizer.filter(caller.principal(), agentId), ORDER);
  }

  /** The error for an archive that does not exist. */
  public static SessionException unknown() {
    return new SessionException(ErrorReason.ARCHIVE_NOT_FOUND, "Archive not found");
  }

  private static void requireNamed(Session session, ArchiveName name) {
    if (!name.names(session)) {
      throw unknown();
    }
  }

  /** Translates {@code SESSION_NOT_FOUND} to {@code ARCHIVE_NOT_FOUND}. */
  private static CompletableFuture<Session> orArchiveNotFound(CompletableFuture<Session> future) {
    return future.exceptionallyCompose(
        failure -> {
          Throwable cause = failure.getCause() == null ? failure : failure.getCause();
          boolean gone =
              cause instanceof SessionException e && e.reason() == ErrorReason.SESSION_NOT_FOUND;
          return CompletableFuture.failedFuture(gone ? unknown() : cause);
        });
  }
}
