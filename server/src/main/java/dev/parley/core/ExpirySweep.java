package dev.parley.core;

import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditAction;
import dev.parley.model.audit.AuditActor;
import dev.parley.storage.Cancellation;
import dev.parley.storage.SessionStore;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.ExpiredPage;
import dev.parley.storage.query.ExpiredQuery;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** Deletes expired sessions. Several servers can sweep the same store at the same time. */
public final class ExpirySweep {
  private static final int PAGE = 32;

  /**
   * How many sessions are deleted concurrently. The number is small, because calls and the shutdown
   * of the server wait for these deletions.
   */
  private static final int AT_ONCE = 2;

  /** The actor in the audit log. A sweep has no caller, so the address and the call are empty. */
  private static final AuditActor SWEEP = new AuditActor("sweep", null, "", "", "", "");

  private final SessionStore store;
  private final AuditLog audit;
  private final MicroClock clock;

  public ExpirySweep(SessionStore store, AuditLog audit, Clock clock) {
    this.store = store;
    this.audit = audit;
    this.clock = new MicroClock(clock);
  }

  /**
   * Deletes all sessions that are expired at the start. Blocks until done. A session whose expiry
   * is extended meanwhile is not deleted. A failed deletion does not stop the others.
   *
   * @param deleted receives the number of deleted sessions after each group
   * @param goesOn returns whether to continue; called between deletions
   * @throws CompletionException the first failure, after the other deletions are done
   */
  public void run(IntConsumer deleted, BooleanSupplier goesOn) {
    Instant now = clock.now();
    List<CompletionException> failures = new ArrayList<>();
    Cursor after = null;
    do {
      ExpiredPage page =
          store.listExpired(new ExpiredQuery(null, now, after, PAGE), Cancellation.NONE).join();
      List<CompletableFuture<Integer>> reschedulings = rescheduleExpiry(page.sessions(), now);
      delete(page.sessions(), now, deleted, goesOn, failures);
      reschedulings.forEach(rescheduling -> count(rescheduling, failures));
      after = page.next();
    } while (after != null && goesOn.getAsBoolean());
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }

  private List<CompletableFuture<Integer>> rescheduleExpiry(List<Session> indexed, Instant now) {
    Map<UUID, Set<UUID>> later = new HashMap<>();
    for (Session session : indexed) {
      if (!session.isExpired(now)) {
        later
            .computeIfAbsent(session.agentId(), agentId -> new HashSet<>())
            .add(session.sessionId());
      }
    }
    return later.entrySet().stream()
        .map(ofAgent -> store.rescheduleExpiry(ofAgent.getKey(), ofAgent.getValue()))
        .toList();
  }

  private void delete(
      List<Session> indexed,
      Instant now,
      IntConsumer deleted,
      BooleanSupplier goesOn,
      List<CompletionException> failures) {
    List<Session> expired = indexed.stream().filter(session -> session.isExpired(now)).toList();
    for (int i = 0; i < expired.size() && (i == 0 || goesOn.getAsBoolean()); i += AT_ONCE) {
      int count =
          expired.subList(i, Math.min(i + AT_ONCE, expired.size())).stream()
              .map(session -> delete(session, now))
              .toList()
              .stream()
              .mapToInt(deletion -> count(deletion, failures))
              .sum();
      if (count > 0) {
        deleted.accept(count);
      }
    }
  }

  /** Returns the result of the work. If it failed, records the failure and returns 0. */
  private static int count(CompletableFuture<Integer> work, List<CompletionException> failures) {
    try {
      return work.join();
    } catch (CompletionException e) {
      failures.add(e);
      return 0;
    }
  }

  /**
   * Checks the expiry again in the same write, because an append or another change can extend it.
   */
  private CompletableFuture<Integer> delete(Session session, Instant now) {
    SessionRef ref = new SessionRef.ById(session.agentId(), session.sessionId(), null);
    return store
        .deleteSession(
            ref,
            there -> {
              if (!there.isExpired(now)) {
                throw new SessionException(
                    ErrorReason.SESSION_ACTIVE, "The session is not expired.");
              }
            },
            audit.context(SWEEP, AuditAction.SESSION_EXPIRE))
        .handle(
            (gone, failure) -> {
              if (failure == null || isSaved(failure)) {
                return failure == null ? 1 : 0;
              }
              throw new CompletionException(failure);
            });
  }

  /** Whether the session was changed, or deleted by another server. */
  private static boolean isSaved(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return cause instanceof SessionException e
        && (e.reason() == ErrorReason.SESSION_ACTIVE
            || e.reason() == ErrorReason.SESSION_NOT_FOUND);
  }
}
