package dev.parley.core;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.auth.Principal;
import dev.parley.model.ArchiveName;
import dev.parley.model.ErrorReason;
import dev.parley.model.Expiry;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditAction;
import dev.parley.storage.Store;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.SessionQuery;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Archived sessions: out of every active list, and read-only. That the caller may touch the agent
 * is settled before.
 */
public final class Archives {
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

  /** Archives a session. {@code SESSION_ARCHIVED} if it already is. */
  public CompletableFuture<Session> archive(Caller caller, SessionRef ref) {
    Instant now = clock.now();
    return store.updateSession(
        ref,
        session -> {
          Sessions.requireActive(session);
          return session.withArchiveTime(now);
        },
        audit.context(caller.actor(), AuditAction.SESSION_ARCHIVE));
  }

  /** Puts a session back under its key. {@code SESSION_ACTIVE} if it is not archived. */
  public CompletableFuture<Session> restore(Caller caller, SessionRef ref) {
    Instant now = clock.now();
    return store
        .updateSession(
            ref,
            session -> {
              if (!session.isArchived()) {
                throw new SessionException(
                    ErrorReason.SESSION_ACTIVE, "The session is not archived.");
              }
              return restored(session, now);
            },
            audit.context(caller.actor(), AuditAction.SESSION_RESTORE))
        .exceptionallyCompose(failure -> Sessions.hideHolder(caller.principal(), failure));
  }

  /** Puts the session that the archive holds back under its key, with a changed profile. */
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
   * Active again. One that would be due at once is to stay: that it was archived, somebody wanted.
   */
  private static Session restored(Session session, Instant now) {
    Session active = session.withArchiveTime(null);
    return active.isExpired(now)
        ? active.withProfile(active.profile().withExpiry(Expiry.NEVER))
        : active;
  }

  /** Deletes the session that the archive holds. */
  public CompletableFuture<Session> delete(Caller caller, UUID agentId, ArchiveName name) {
    return orArchiveNotFound(
        store.deleteSession(
            caller.byId(agentId, name.sessionId()),
            session -> requireNamed(session, name),
            audit.context(caller.actor(), AuditAction.SESSION_DELETE)));
  }

  /**
   * Archived sessions, the most recently archived first.
   *
   * @param part only those with this in their key or label, whatever its case; null for all
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
              true,
              part,
              page.size(),
              Archives::cursorOf,
              last -> tokens.ofCursor(principal, query, last),
              caller.cancellation())
          .after(after);
    }
    return store
        .listSessions(
            new SessionQuery(
                Authorizer.filter(principal, agentId),
                true,
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
                    last -> tokens.ofCursor(principal, query, cursorOf(last))));
  }

  /** All archived sessions, the most recently archived first, of one moment. */
  public ChunkedRead<Session> listAll(Caller caller, UUID agentId) {
    return Sessions.listAll(store, caller, Authorizer.filter(caller.principal(), agentId), true);
  }

  /** What a caller is told of an archive that is not there. */
  public static SessionException unknown() {
    return new SessionException(ErrorReason.ARCHIVE_NOT_FOUND, "Archive not found");
  }

  static Cursor cursorOf(Session session) {
    return new Cursor(Objects.requireNonNull(session.archiveTime()), session.sessionId());
  }

  private static void requireNamed(Session session, ArchiveName name) {
    if (!name.names(session)) {
      throw unknown();
    }
  }

  /** A session that is gone is, to who asks for its archive, an archive that is gone. */
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
