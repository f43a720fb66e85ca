package dev.parley.core;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.core.lease.LeaseRequest;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.page.PageTokens;
import dev.parley.core.page.RunPager;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.Json;
import dev.parley.model.Run;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.lease.Lease;
import dev.parley.storage.RunStore;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.rules.StoreErrors;
import dev.parley.storage.run.AgentRunQuery;
import dev.parley.storage.run.RunPosition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Creates, lists and changes runs of sessions, and their retrieved contexts. Callers of this class
 * must already have authorized access to the agent.
 */
public final class Runs {
  private final RunStore store;
  private final PageTokens tokens;
  private final IdGenerator ids;
  private final MicroClock clock;

  public Runs(RunStore store, PageTokens tokens, IdGenerator ids, Clock clock) {
    this.store = store;
    this.tokens = tokens;
    this.ids = ids;
    this.clock = new MicroClock(clock);
  }

  /**
   * Creates a run. Fails with {@code RUN_EXISTS} if the session has a run with this id, and with
   * {@code SESSION_LEASED} as {@link RunStore#createRun} describes.
   *
   * @param runId the id; null or empty for a generated one
   * @param state the initial state
   * @param lease the lease of the run
   */
  public CompletableFuture<Run> start(
      Caller caller,
      SessionRef.ById ref,
      @Nullable String runId,
      Run.State state,
      Run.Report report,
      LeaseRequest lease) {
    lease.validate(state);
    String id = runId == null || runId.isEmpty() ? ids.runId() : runId;
    Instant now = clock.now();
    Run run = Run.create(ref.agentId(), ref.sessionId(), id, state, report, now);
    return store.createRun(
        ref,
        lease.ttl() == null ? run : run.withLease(Lease.create(id, now.plus(lease.ttl()))),
        lease.concurrency());
  }

  /**
   * Sets the lease of a run to expire {@code ttl} from now on. Fails with {@code LEASE_LOST} if the
   * run does not have a live lease with this fence.
   */
  public CompletableFuture<Run> renewLease(Caller caller, Run.Ref ref, long fence, Duration ttl) {
    LeaseRequest.requireTtl("ttl", ttl);
    Instant now = clock.now();
    return store.updateRun(
        ref,
        run -> {
          Lease lease = run.lease();
          if (lease == null || !run.isLeased(fence, now)) {
            throw StoreErrors.leaseLost(fence);
          }
          return run.withLease(lease.withExpireTime(now.plus(ttl)));
        });
  }

  /**
   * Changes a run. Fails with {@code RUN_STATE_CONFLICT} if the state would go back or if the
   * current state is final. If the run would change, fails with {@code LEASE_LOST} if it does not
   * have a live lease with the required fence, and with {@code ETAG_MISMATCH} if it does not have
   * the required etag.
   *
   * @param state the new state; null to keep the current one
   * @param leaseFence the fence of the required lease, if any
   * @param etag the required etag; null or empty for any
   */
  public CompletableFuture<Run> update(
      Caller caller,
      Run.Ref ref,
      Run.@Nullable State state,
      UnaryOperator<Run.Report> change,
      OptionalLong leaseFence,
      @Nullable String etag) {
    Instant now = clock.now();
    return store.updateRun(
        ref,
        stored -> {
          Run run = stored.asOf(now);
          Run.State next = state == null ? run.state() : state;
          Run.Report report = change.apply(run.report());
          // A call that changes nothing may be the retry of one that did.
          boolean changes = next != run.state() || !report.equals(run.report());
          boolean lost = leaseFence.isPresent() && !run.isLeased(leaseFence.getAsLong(), now);
          if (changes && lost) {
            throw StoreErrors.leaseLost(leaseFence.getAsLong());
          }
          if (changes && etag != null && !etag.isEmpty() && !etag.equals(run.etag())) {
            throw new SessionException(
                ErrorReason.ETAG_MISMATCH,
                "The run was changed after its etag was read.",
                Map.of("etag", run.etag()));
          }
          if (!run.state().mayBecome(next)) {
            throw new SessionException(
                ErrorReason.RUN_STATE_CONFLICT,
                "The run is " + run.state() + " and cannot become " + next + ".",
                Map.of("state", run.state().name()));
          }
          return run.withState(next, now).withReport(report);
        });
  }

  /** Returns the run. Fails with {@code RUN_NOT_FOUND} if the session has no run with this id. */
  public CompletableFuture<Run> get(Caller caller, Run.Ref ref) {
    Instant now = clock.now();
    return store
        .findRuns(ref.session(), Set.of(ref.runId()), caller.cancellation())
        .thenApply(
            found ->
                found.orElseThrow(Authorizer::unknownSession).runs().stream()
                    .findFirst()
                    .orElseThrow(Runs::unknown)
                    .asOf(now));
  }

  /**
   * Lists runs of a session in ascending or descending order.
   *
   * @param states only runs in these states; empty for all
   */
  public CompletableFuture<Page<Run>> list(
      Caller caller,
      SessionRef.ById ref,
      boolean newestFirst,
      Set<Run.State> states,
      PageRequest page) {
    return states.isEmpty()
        ? list(caller, ref, newestFirst, page)
        : listInStates(caller, ref, newestFirst, states, page);
  }

  private CompletableFuture<Page<Run>> listInStates(
      Caller caller,
      SessionRef.ById ref,
      boolean newestFirst,
      Set<Run.State> states,
      PageRequest page) {
    String query =
        "runs/"
            + ref.agentId()
            + "/"
            + ref.sessionId()
            + "/"
            + newestFirst
            + "/"
            + new TreeSet<>(states);
    long after = tokens.sequence(caller.principal(), query, page.token());
    return new RunPager(
            store,
            caller.cancellation(),
            ref,
            newestFirst,
            states,
            clock.now(),
            after,
            page.size(),
            RunPager.EXAMINED_MAX)
        .read(last -> tokens.ofSequence(caller.principal(), query, last));
  }

  private CompletableFuture<Page<Run>> list(
      Caller caller, SessionRef.ById ref, boolean newestFirst, PageRequest page) {
    String query = "runs/" + ref.agentId() + "/" + ref.sessionId() + "/" + newestFirst;
    long after = tokens.sequence(caller.principal(), query, page.token());
    Instant now = clock.now();
    return read(caller, new RunQuery(ref, newestFirst, after, page.readLimit(), Page.BYTES_MAX))
        .thenApply(
            found ->
                Page.of(
                    found.runs().stream().map(run -> run.asOf(now)).toList(),
                    page,
                    Run::bytes,
                    last -> tokens.ofSequence(caller.principal(), query, last.number())));
  }

  /**
   * Lists runs of all sessions, active and archived, in the order {@link RunPosition#NEWEST_FIRST}.
   * Callers that are limited to the sessions of a user are rejected, because no index serves them.
   *
   * <p>The index has the stored state. A run whose lease has expired and whose stored state has not
   * changed yet is left out if its state is not among the requested ones, so a page can be short or
   * empty although more pages follow.
   *
   * @param agentId lists only runs of this agent; null for all agents that the caller may see
   * @param states only runs in these states; empty for all
   */
  public CompletableFuture<Page<Run>> listOfAllSessions(
      Caller caller, @Nullable UUID agentId, Set<Run.State> states, PageRequest page) {
    if (caller.principal().user() != null) {
      throw SessionException.invalid(
          FieldViolation.format("session_id", "must be the id of a session, for user tokens"));
    }
    Set<Run.State> wanted = states.isEmpty() ? EnumSet.allOf(Run.State.class) : states;
    String query = "runs/" + (agentId == null ? "-" : agentId) + "/-/" + new TreeSet<>(wanted);
    RunPosition after = tokens.run(caller.principal(), query, page.token());
    SessionFilter visible = Authorizer.filter(caller.principal(), agentId);
    Instant now = clock.now();
    return store
        .listRuns(
            new AgentRunQuery(
                visible.agentId(),
                visible.owner(),
                wanted,
                after,
                page.readLimit(),
                Page.BYTES_MAX),
            caller.cancellation())
        .thenApply(
            stored ->
                Page.of(
                    stored,
                    page,
                    Run::bytes,
                    last -> tokens.ofRun(caller.principal(), query, RunPosition.of(last))))
        .thenApply(
            stored ->
                new Page<>(
                    stored.items().stream()
                        .map(run -> run.asOf(now))
                        .filter(run -> wanted.contains(run.state()))
                        .toList(),
                    stored.nextToken()));
  }

  private CompletableFuture<RunPage> read(Caller caller, RunQuery query) {
    return store
        .listRuns(query, caller.cancellation())
        .thenApply(found -> found.orElseThrow(Authorizer::unknownSession));
  }

  /** Replaces the retrieved context of a run. */
  public CompletableFuture<Run> putContext(Caller caller, Run.Ref ref, List<Json> items) {
    return store.putContext(ref, items);
  }

  /** Returns the retrieved context of a run. The list is empty if none was stored. */
  public CompletableFuture<List<Json>> context(Caller caller, Run.Ref ref) {
    return store
        .findContexts(ref.session(), Set.of(ref.runId()), caller.cancellation())
        .thenApply(
            found -> {
              List<Json> items = found.orElseThrow(Authorizer::unknownSession).get(ref.runId());
              if (items == null) {
                throw unknown();
              }
              return items;
            });
  }

  private static SessionException unknown() {
    return new SessionException(ErrorReason.RUN_NOT_FOUND, "Run not found");
  }
}
