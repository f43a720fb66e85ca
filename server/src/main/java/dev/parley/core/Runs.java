package dev.parley.core;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
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

/** Runs of a session, and what they retrieved. That the caller may touch the agent is settled. */
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
   * Makes a run. {@code RUN_EXISTS} if the session has one with this id.
   *
   * @param runId null or empty for a new one
   * @param state the state that it begins in
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
   * Changes a run. {@code RUN_STATE_CONFLICT} if its state would go back, or leave a final one.
   *
   * @param state null to leave the state as it is
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

  /** The run. {@code RUN_NOT_FOUND} if the session has none with this id. */
  public CompletableFuture<Run> get(Caller caller, Run.Ref ref) {
    return store
        .findRuns(ref.session(), Set.of(ref.runId()), caller.cancellation())
        .thenApply(
            found ->
                found.orElseThrow(Authorizer::unknownSession).runs().stream()
                    .findFirst()
                    .orElseThrow(Runs::unknown));
  }

  /** Runs of a session, from one end. */
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

  /** Replaces what a run retrieved. */
  public CompletableFuture<Run> putContext(Caller caller, Run.Ref ref, List<Json> items) {
    return store.putContext(ref, items);
  }

  /** What a run retrieved; empty if nothing was put to it. */
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
