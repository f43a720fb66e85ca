package dev.parley.storage.rules;

import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.lease.Lease;
import dev.parley.model.lease.Leases;
import dev.parley.model.lease.RunConcurrency;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How runs get, keep and lose leases, in all stores. */
public final class LeaseRules {
  private LeaseRules() {}

  /**
   * Returns the runs that end when {@code run} starts: those whose leases have expired, and those
   * that it interrupts. Fails with {@code SESSION_LEASED} if the run must not start.
   */
  public static List<String> ended(Session session, Run run, RunConcurrency concurrency) {
    Instant now = run.createTime();
    List<Lease> held = session.leases().held();
    List<Lease> live = held.stream().filter(lease -> !lease.isExpired(now)).toList();
    if (concurrency == RunConcurrency.REJECT && !live.isEmpty()) {
      throw StoreErrors.sessionLeased(live.get(0));
    }
    if (concurrency == RunConcurrency.ALLOW && run.lease() != null && live.size() >= Leases.MAX) {
      throw StoreErrors.tooManyLeases(live.get(0));
    }
    return held.stream()
        .filter(lease -> concurrency == RunConcurrency.INTERRUPT || lease.isExpired(now))
        .map(Lease::runId)
        .toList();
  }

  /** Returns a run that ends because another one starts at {@code now}. */
  public static Run end(Run run, Instant now) {
    Run current = run.asOf(now);
    return current.isFinal() ? current : current.withState(Run.State.CANCELLED, now);
  }

  /** Returns the session after a run has started and others have ended. */
  public static Session started(Session session, Run run, List<String> ended) {
    Leases leases = session.leases();
    for (String runId : ended) {
      leases = leases.with(runId, null);
    }
    Lease lease = run.lease();
    return session.withRun().withLeases(lease == null ? leases : leases.withNew(asStored(lease)));
  }

  /** Returns the session after a run was changed to {@code run}. */
  public static Session updated(Session session, Run run) {
    Lease lease = run.lease();
    return session.withLeases(
        session.leases().with(run.runId(), lease == null ? null : asStored(lease)));
  }

  /** Returns a run with the lease that the session has for it. */
  public static Run leased(Session session, Run run) {
    return run.withLease(session.leases().of(run.runId()));
  }

  /** Returns runs with the leases that the session has for them. */
  public static List<Run> leased(Session session, List<Run> runs) {
    return session.leases().held().isEmpty()
        ? runs
        : runs.stream().map(run -> leased(session, run)).toList();
  }

  /** Whether an update keeps the lease, renews it or ends it. */
  static boolean mayBecome(@Nullable Lease before, @Nullable Lease after) {
    return after == null
        || (before != null && after.equals(before.withExpireTime(after.expireTime())));
  }

  private static Lease asStored(Lease lease) {
    return lease.withExpireTime(Micros.truncate(lease.expireTime()));
  }
}
