package dev.parley.core.lease;

import dev.parley.model.ErrorReason;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.lease.Lease;
import dev.parley.storage.Cancellation;
import dev.parley.storage.RunStore;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.ExpiredPage;
import dev.parley.storage.query.ExpiredQuery;
import dev.parley.storage.rules.Micros;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Ends runs whose leases have expired. Several servers can sweep the same store at the same time:
 * the run is checked again in the write that ends it, so one of them ends it.
 */
public final class LeaseSweep {
  private static final int PAGE = 32;

  /** Why a run cannot be ended now: it was deleted, or its session was archived. */
  private static final Set<ErrorReason> GONE =
      EnumSet.of(
          ErrorReason.SESSION_NOT_FOUND, ErrorReason.SESSION_ARCHIVED, ErrorReason.RUN_NOT_FOUND);

  private final RunStore store;
  private final Clock clock;

  public LeaseSweep(RunStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Ends all runs whose leases are expired at the start. Blocks until done. A failure does not stop
   * the others.
   *
   * @param ended receives the number of ended runs after each page
   * @param goesOn returns whether to continue; called between pages
   * @throws CompletionException the first failure, after the other runs are ended
   */
  public void run(IntConsumer ended, BooleanSupplier goesOn) {
    Instant now = Micros.truncate(clock.instant());
    List<CompletionException> failures = new ArrayList<>();
    Cursor after = null;
    do {
      ExpiredPage page =
          store
              .listExpiredLeases(new ExpiredQuery(null, now, after, PAGE), Cancellation.NONE)
              .join();
      int count = 0;
      for (Session session : page.sessions()) {
        count += end(session, now, failures);
      }
      if (count > 0) {
        ended.accept(count);
      }
      after = page.next();
    } while (after != null && goesOn.getAsBoolean());
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }

  /** Ends the runs of a session, one after the other, because each write locks the session. */
  private int end(Session session, Instant now, List<CompletionException> failures) {
    SessionRef.ById ref = new SessionRef.ById(session.agentId(), session.sessionId(), null);
    int count = 0;
    for (Lease lease : session.leases().held()) {
      if (lease.isExpired(now)) {
        try {
          count += end(new Run.Ref(ref, lease.runId()), now) ? 1 : 0;
        } catch (CompletionException e) {
          if (!(e.getCause() instanceof SessionException cause && GONE.contains(cause.reason()))) {
            failures.add(e);
          }
        }
      }
    }
    return count;
  }

  /** Returns whether this call ended the run. */
  private boolean end(Run.Ref ref, Instant now) {
    // A store can run the change several times. The last time counts.
    boolean[] ends = new boolean[1];
    store
        .updateRun(
            ref,
            run -> {
              Run after = run.asOf(now);
              ends[0] = !after.equals(run);
              return after;
            })
        .join();
    return ends[0];
  }
}
