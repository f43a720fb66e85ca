package dev.parley.storage;

import dev.parley.model.Json;
import dev.parley.model.Run;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.lease.Leases;
import dev.parley.model.lease.RunConcurrency;
import dev.parley.storage.query.ExpiredPage;
import dev.parley.storage.query.ExpiredQuery;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.run.AgentRunQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** Stores runs and their retrieved context. {@link Store} describes what all methods share. */
public interface RunStore {
  /**
   * Adds a run without retrieved context to the session that {@code ref} names, and assigns the
   * next run number, and the next fence if the run has a lease. Runs whose leases have expired at
   * the create time of the run become as {@link Run#asOf} describes.
   *
   * <p>Fails with {@code SESSION_NOT_FOUND} if the session does not exist, with {@code
   * SESSION_ARCHIVED} if it is archived, with {@code RUN_EXISTS} if it has a run with that id, and
   * with {@code SESSION_LEASED} if {@code concurrency} forbids to start it, or if it has a lease
   * and {@link Leases#MAX} other runs have a live lease.
   */
  CompletableFuture<Run> createRun(SessionRef.ById ref, Run run, RunConcurrency concurrency);

  /** Adds a run beside those with a live lease. */
  default CompletableFuture<Run> createRun(SessionRef.ById ref, Run run) {
    return createRun(ref, run, RunConcurrency.ALLOW);
  }

  /**
   * Lists active sessions with leases that expire up to a time, by the earliest expire time of
   * their leases, then by session id as an unsigned number. The cost does not depend on the number
   * of sessions before the page. It grows with the number of entries that the query filters out.
   */
  CompletableFuture<ExpiredPage> listExpiredLeases(ExpiredQuery query, Cancellation cancellation);

  /**
   * Replaces a run by the result of {@code change}, which may change state, times and report, and
   * renew or end the lease. A final state ends the lease. {@code change} may run several times and
   * on any thread. It must not block. It may throw a {@link SessionException}; then nothing
   * changes. Fails with {@code SESSION_NOT_FOUND}, {@code RUN_NOT_FOUND} or {@code
   * SESSION_ARCHIVED}.
   */
  CompletableFuture<Run> updateRun(Run.Ref ref, UnaryOperator<Run> change);

  /**
   * Lists runs of one session, and the session, from one state of the store. Completes empty if the
   * session does not exist. The cost does not depend on the number of runs before the page.
   */
  CompletableFuture<Optional<RunPage>> listRuns(RunQuery query, Cancellation cancellation);

  /**
   * Lists runs of active and archived sessions in the order of {@link AgentRunQuery}, all from one
   * state of the store. An unknown agent has no runs.
   *
   * <p>The cost does not depend on the number of runs before the page, or in other states. It grows
   * with the number of agents that match the query, times the number of states.
   */
  CompletableFuture<List<Run>> listRuns(AgentRunQuery query, Cancellation cancellation);

  /**
   * Finds the runs with these ids, in no particular order, and the session, from one state of the
   * store. Unknown ids are ignored. Completes empty if the session does not exist.
   */
  CompletableFuture<Optional<RunPage>> findRuns(
      SessionRef.ById ref, Set<String> runIds, Cancellation cancellation);

  /**
   * Replaces the retrieved context of a run by {@code items}, each a JSON object, in their order.
   * Fails with {@code SESSION_NOT_FOUND}, {@code RUN_NOT_FOUND} or {@code SESSION_ARCHIVED}.
   */
  CompletableFuture<Run> putContext(Run.Ref ref, List<Json> items);

  /**
   * Finds the retrieved contexts of the runs with these ids, by run id, from one state of the
   * store. A run without retrieved context has an empty list. Unknown ids are ignored. Completes
   * empty if the session does not exist.
   */
  CompletableFuture<Optional<Map<String, List<Json>>>> findContexts(
      SessionRef.ById ref, Set<String> runIds, Cancellation cancellation);
}
