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

/** Deletes the sessions that are due. Several servers may do so at once over one store. */
public final class ExpirySweep {
  private static final int PAGE = 32;

  /** How many are deleted side by side: few, as callers, and a server's end, wait for them. */
  private static final int AT_ONCE = 2;

  /** No caller, and so from nowhere. */
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
   * Deletes all sessions that are due as it begins. Blocks until done. What was written to
   * meanwhile, so that it is due later, stays. One that cannot be deleted is in nobody's way.
   *
   * @param deleted told of how many were deleted, whenever some were
   * @param goesOn asked between deletions: whether to go on
   * @throws CompletionException what the first that failed has failed with, once the others are
   *     done
   */
  public void run(IntConsumer deleted, BooleanSupplier goesOn) {
    Instant now = clock.now();
    List<CompletionException> failures = new ArrayList<>();
    Cursor after = null;
    do {
      ExpiredPage page =
          store.listExpired(new ExpiredQuery(null, now, after, PAGE), Cancellation.NONE).join();
      List<CompletableFuture<Integer>> refilings = rescheduleExpiry(page.sessions(), now);
      delete(page.sessions(), now, deleted, goesOn, failures);
      refilings.forEach(refiling -> count(refiling, failures));
      after = page.next();
    } while (after != null && goesOn.getAsBoolean());
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }

  private List<CompletableFuture<Integer>> rescheduleExpiry(List<Session> filed, Instant now) {
    Map<UUID, Set<UUID>> later = new HashMap<>();
    for (Session session : filed) {
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
      List<Session> filed,
      Instant now,
      IntConsumer deleted,
      BooleanSupplier goesOn,
      List<CompletionException> failures) {
    List<Session> due = filed.stream().filter(session -> session.isExpired(now)).toList();
    for (int i = 0; i < due.size() && (i == 0 || goesOn.getAsBoolean()); i += AT_ONCE) {
      int count =
          due.subList(i, Math.min(i + AT_ONCE, due.size())).stream()
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

  /** What it comes to; 0 if it has failed, which is noted. */
  private static int count(CompletableFuture<Integer> work, List<CompletionException> failures) {
    try {
      return work.join();
    } catch (CompletionException e) {
      failures.add(e);
      return 0;
    }
  }

  /** Looks again in the write itself: an append, or another change, may have saved the session. */
  private CompletableFuture<Integer> delete(Session session, Instant now) {
    SessionRef ref = new SessionRef.ById(session.agentId(), session.sessionId(), null);
    return store
        .deleteSession(
            ref,
            there -> {
              if (!there.isExpired(now)) {
                throw new SessionException(ErrorReason.SESSION_ACTIVE, "The session is not due.");
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

  /** Whether the session was written to meanwhile, or deleted by somebody else. */
  private static boolean isSaved(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return cause instanceof SessionException e
        && (e.reason() == ErrorReason.SESSION_ACTIVE
            || e.reason() == ErrorReason.SESSION_NOT_FOUND);
  }
}
