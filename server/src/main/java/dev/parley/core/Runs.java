package dev.parley.core;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.page.PageTokens;
import dev.parley.model.ErrorReason;
import dev.parley.model.Json;
import dev.parley.model.Run;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.storage.RunStore;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Creates, reads and changes runs of a session, and their retrieved contexts. Callers of this class
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
   * Creates a run. Fails with {@code RUN_EXISTS} if the session has a run with this id.
   *
   * @param runId the id; null or empty for a generated one
   * @param state the initial state
   */
  public CompletableFuture<Run> start(
      Caller caller,
      SessionRef.ById ref,
      @Nullable String runId,
      Run.State state,
      Run.Report report) {
    String id = runId == null || runId.isEmpty() ? ids.runId() : runId;
    return store.createRun(
        ref, Run.create(ref.agentId(), ref.sessionId(), id, state, report, clock.now()));
  }

  /**
   * Changes a run. Fails with {@code RUN_STATE_CONFLICT} if the state would go back or if the
   * current state is final.
   *
   * @param state the new state; null to keep the current one
   */
  public CompletableFuture<Run> update(
      Caller caller, Run.Ref ref, Run.@Nullable State state, UnaryOperator<Run.Report> change) {
    Instant now = clock.now();
    return store.updateRun(
        ref,
        run -> {
          Run.State next = state == null ? run.state() : state;
          if (!run.state().mayBecome(next)) {
            throw new SessionException(
                ErrorReason.RUN_STATE_CONFLICT,
                "The run is " + run.state() + " and cannot become " + next + ".",
                Map.of("state", run.state().name()));
          }
          return run.withState(next, now).withReport(change.apply(run.report()));
        });
  }

  /** Returns the run. Fails with {@code RUN_NOT_FOUND} if the session has no run with this id. */
  public CompletableFuture<Run> get(Caller caller, Run.Ref ref) {
    return store
        .findRuns(ref.session(), Set.of(ref.runId()), caller.cancellation())
        .thenApply(
            found ->
                found.orElseThrow(Authorizer::unknownSession).runs().stream()
                    .findFirst()
                    .orElseThrow(Runs::unknown));
  }

  /** Lists runs of a session in ascending or descending order. */
  public CompletableFuture<Page<Run>> list(
      Caller caller, SessionRef.ById ref, boolean newestFirst, PageRequest page) {
    String query = "runs/" + ref.agentId() + "/" + ref.sessionId() + "/" + newestFirst;
    long after = tokens.sequence(caller.principal(), query, page.token());
    return read(caller, new RunQuery(ref, newestFirst, after, page.readLimit(), Page.BYTES_MAX))
        .thenApply(
            found ->
                Page.of(
                    found.runs(),
                    page,
                    Run::bytes,
                    last -> tokens.ofSequence(caller.principal(), query, last.number())));
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
