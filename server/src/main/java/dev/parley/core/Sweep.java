package dev.parley.core;

import dev.parley.model.Actor;
import dev.parley.model.AuditAction;
import dev.parley.model.Cursor;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.storage.DuePage;
import dev.parley.storage.DueQuery;
import dev.parley.storage.SessionStore;
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
public final class Sweep {
  /** How many sessions are looked at, and deleted side by side: few, as callers wait as well. */
  private static final int AT_ONCE = 32;

  /** No caller, and so from nowhere. */
  private static final Actor SWEEP = new Actor("sweep", null, "", "", "", "");

  private final SessionStore store;
  private final Audit audit;
  private final MicroClock clock;

  public Sweep(SessionStore store, Audit audit, Clock clock) {
    this.store = store;
    this.audit = audit;
    this.clock = new MicroClock(clock);
  }

  /**
   * Deletes all sessions that are due as it begins. Blocks until done. What was written to
   * meanwhile, so that it is due later, stays.
   *
   * @param deleted told of how many were deleted, whenever some were
   * @param goesOn asked between deletions: whether to go on
   */
  public void run(IntConsumer deleted, BooleanSupplier goesOn) {
    Instant now = clock.now();
    Cursor after = null;
    do {
      DuePage page = store.listDue(new DueQuery(null, null, now, after, AT_ONCE)).join();
      deleted.accept(delete(page.sessions(), now));
      after = page.next();
    } while (after != null && goesOn.getAsBoolean());
  }

  private int delete(List<Session> filed, Instant now) {
    Map<UUID, Set<UUID>> later = new HashMap<>();
    List<CompletableFuture<Boolean>> deletions = new ArrayList<>();
    for (Session session : filed) {
      if (session.isDue(now)) {
        deletions.add(delete(session, now));
      } else {
        later
            .computeIfAbsent(session.agentId(), agentId -> new HashSet<>())
            .add(session.sessionId());
      }
    }
    List<CompletableFuture<Integer>> refilings =
        later.entrySet().stream()
            .map(ofAgent -> store.refile(ofAgent.getKey(), ofAgent.getValue()))
            .toList();
    int count = (int) deletions.stream().filter(CompletableFuture::join).count();
    refilings.forEach(CompletableFuture::join);
    return count;
  }

  /** Looks again in the write itself: an append, or another change, may have saved the session. */
  private CompletableFuture<Boolean> delete(Session session, Instant now) {
    SessionRef ref = new SessionRef.ById(session.agentId(), session.sessionId(), null);
    return store
        .deleteSession(
            ref,
            there -> {
              if (!there.isDue(now)) {
                throw new SessionException(ErrorReason.SESSION_ACTIVE, "The session is not due.");
              }
            },
            audit.act(SWEEP, AuditAction.SESSION_EXPIRE))
        .handle(
            (gone, failure) -> {
              if (failure == null || isSaved(failure)) {
                return failure == null;
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
