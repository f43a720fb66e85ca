package dev.parley.storage;

import static dev.parley.storage.Cancellation.NONE;

import dev.parley.model.AppendResult;
import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.lease.Lease;
import dev.parley.model.lease.RunConcurrency;
import dev.parley.testing.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Helpers for cases with leases. */
abstract class LeaseFixture extends StoreCases {
  static final Instant NOW = Instant.parse("2026-05-01T00:00:00Z");
  static final Instant END = NOW.plusSeconds(10);
  static final Instant LATER = NOW.plusSeconds(11);

  List<Session> expiring(Session session, Instant until) {
    return expiringLeases(session.agentId(), until, 3);
  }

  static Run.Ref ref(Session session, String runId) {
    return new Run.Ref(Sessions.ref(session), runId);
  }

  Run run(Session session, String runId) {
    List<Run> found =
        get(store().findRuns(Sessions.ref(session), Set.of(runId), NONE)).orElseThrow().runs();
    return found.get(0);
  }

  static Run run(Session session, String runId, Run.State state, Instant now) {
    return Run.create(session.agentId(), session.sessionId(), runId, state, Run.Report.EMPTY, now);
  }

  /** Starts a run with a lease until {@link #END}. */
  Run start(Session session, String runId, RunConcurrency concurrency) {
    return get(create(session, runId, NOW, concurrency));
  }

  /** Starts a run with a lease of ten seconds. */
  CompletableFuture<Run> create(
      Session session, String runId, Instant now, RunConcurrency concurrency) {
    Lease lease = Lease.create(runId, now.plus(Duration.ofSeconds(10)));
    return store()
        .createRun(
            Sessions.ref(session),
            run(session, runId, Run.State.RUNNING, now).withLease(lease),
            concurrency);
  }

  CompletableFuture<AppendResult> append(
      Session session, long fence, Instant now, Message.Draft... drafts) {
    List<Message.Draft> all = List.of(drafts);
    Set<String> ids = new HashSet<>();
    all.forEach(draft -> ids.add(draft.messageId()));
    return store()
        .append(
            new Append(
                Sessions.ref(session),
                null,
                OptionalLong.empty(),
                OptionalLong.of(fence),
                all,
                ids,
                now));
  }
}
