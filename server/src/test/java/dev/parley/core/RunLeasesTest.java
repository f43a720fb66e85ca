package dev.parley.core;

import static dev.parley.core.CoreFixture.first;
import static dev.parley.core.CoreFixture.message;
import static dev.parley.core.CoreFixture.ref;
import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.append.AppendRequest;
import dev.parley.core.append.NewMessage;
import dev.parley.core.lease.LeaseRequest;
import dev.parley.core.lease.LeaseSweep;
import dev.parley.model.AppendResult;
import dev.parley.model.ErrorReason;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.lease.RunConcurrency;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Leases of runs, and how they end. */
class RunLeasesTest {
  private static final Duration TTL = Duration.ofSeconds(10);

  private final CoreFixture core = new CoreFixture();
  private final Runs runs = core.runs;
  private final Session session = core.create(core.ada, "key");
  private final AtomicInteger ended = new AtomicInteger();

  private CompletableFuture<Run> start(String runId, Run.State state, LeaseRequest lease) {
    return runs.start(core.root, ref(session), runId, state, Run.Report.EMPTY, lease);
  }

  private Run start(String runId, RunConcurrency concurrency) {
    return start(runId, Run.State.RUNNING, new LeaseRequest(concurrency, TTL)).join();
  }

  private static Run.Ref named(Session session, String runId) {
    return new Run.Ref(ref(session), runId);
  }

  private Run.Ref named(String runId) {
    return named(session, runId);
  }

  private Run get(String runId) {
    return runs.get(core.root, named(runId)).join();
  }

  private CompletableFuture<Run> update(String runId, Run.State state, long fence) {
    return runs.update(
        core.root, named(runId), state, report -> report, OptionalLong.of(fence), null);
  }

  private CompletableFuture<AppendResult> append(long fence, NewMessage message) {
    return core.messages.append(
        core.root,
        new AppendRequest(
            ref(session), false, OptionalLong.empty(), OptionalLong.of(fence), List.of(message)));
  }

  private void sweep() {
    new LeaseSweep(core.store, core.clock).run(ended::addAndGet, () -> true);
  }

  @Test
  void start_withLease_expiresATtlLater() {
    Run run = start("a", RunConcurrency.ALLOW);

    assertThat(run.lease().fence()).isEqualTo(1);
    assertThat(run.lease().expireTime()).isEqualTo(core.now().plus(TTL));
    assertThat(get("a")).isEqualTo(run);
  }

  @ParameterizedTest
  @ValueSource(longs = {100_000_000L, 3_600_000_000_000L})
  void ttl_atTheBounds_accepted(long nanos) {
    LeaseRequest lease = new LeaseRequest(RunConcurrency.ALLOW, Duration.ofNanos(nanos));

    Run run = start("a", Run.State.PENDING, lease).join();
    core.clock.advance(Duration.ofMillis(1));
    Run renewed = runs.renewLease(core.root, named("a"), 1, lease.ttl()).join();

    assertThat(run.lease().expireTime()).isEqualTo(run.createTime().plusNanos(nanos));
    assertThat(renewed.lease().expireTime()).isEqualTo(core.now().plusNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1_000, 0, 99_999_000L, 3_600_000_001_000L})
  void ttl_outOfBounds_refused(long nanos) {
    Duration ttl = Duration.ofNanos(nanos);
    start("a", RunConcurrency.ALLOW);

    SessionException started =
        assertReason(
            ErrorReason.INVALID_FIELD,
            () -> start("b", Run.State.RUNNING, new LeaseRequest(RunConcurrency.ALLOW, ttl)));
    SessionException renewed =
        assertReason(
            ErrorReason.INVALID_FIELD, () -> runs.renewLease(core.root, named("a"), 1, ttl));

    assertThat(started.violations().get(0).field()).isEqualTo("lease_ttl");
    assertThat(renewed.violations().get(0).field()).isEqualTo("ttl");
  }

  @ParameterizedTest
  @EnumSource(
      value = RunConcurrency.class,
      names = {"REJECT", "INTERRUPT"})
  void start_exclusiveWithoutTtl_refused(RunConcurrency concurrency) {
    SessionException failure =
        assertReason(
            ErrorReason.INVALID_FIELD,
            () -> start("a", Run.State.RUNNING, new LeaseRequest(concurrency, null)));

    assertThat(failure.violations().get(0).field()).isEqualTo("lease_ttl");
  }

  @ParameterizedTest
  @EnumSource(
      value = Run.State.class,
      names = {"COMPLETED", "FAILED", "CANCELLED"})
  void start_finalWithTtl_refused(Run.State state) {
    assertReason(
        ErrorReason.INVALID_FIELD,
        () -> start("a", state, new LeaseRequest(RunConcurrency.ALLOW, TTL)));
  }

  @Test
  void renewLease_startsTheTtlAnew() {
    start("a", RunConcurrency.REJECT);
    core.clock.advance(Duration.ofSeconds(9));
    runs.renewLease(core.root, named("a"), 1, TTL).join();
    core.clock.advance(Duration.ofSeconds(9));

    append(1, message("still here")).join();

    assertThat(get("a").state()).isEqualTo(Run.State.RUNNING);
  }

  @Test
  void renewLease_lostOrUnknown_refused() {
    start("a", RunConcurrency.ALLOW);
    start("b", RunConcurrency.ALLOW);

    assertReason(ErrorReason.LEASE_LOST, () -> runs.renewLease(core.root, named("a"), 2, TTL));
    assertReason(ErrorReason.RUN_NOT_FOUND, () -> runs.renewLease(core.root, named("c"), 1, TTL));
    core.clock.advance(TTL);
    assertReason(ErrorReason.LEASE_LOST, () -> runs.renewLease(core.root, named("a"), 1, TTL));
    core.archive(session);
    assertReason(
        ErrorReason.SESSION_ARCHIVED, () -> runs.renewLease(core.root, named("b"), 2, TTL));
  }

  @Test
  void expiredLease_isSeenAndRefusedBeforeTheSweep() {
    Run before = start("a", RunConcurrency.ALLOW);
    core.clock.advance(TTL);

    Run expired = get("a");

    assertThat(expired.state()).isEqualTo(Run.State.FAILED);
    assertThat(expired.report().error()).isEqualTo("LEASE_EXPIRED");
    assertThat(expired.endTime()).isEqualTo(before.lease().expireTime());
    assertThat(expired.lease()).isNull();
    assertThat(runs.list(core.root, ref(session), true, Set.of(), first(9)).join().items())
        .containsExactly(expired);
    assertThat(
            runs.list(core.root, ref(session), true, Set.of(Run.State.FAILED), first(9))
                .join()
                .items())
        .containsExactly(expired);
    assertReason(ErrorReason.LEASE_LOST, () -> append(1, message("late")));
    assertReason(
        ErrorReason.RUN_STATE_CONFLICT,
        () ->
            runs.update(
                core.root,
                named("a"),
                Run.State.COMPLETED,
                report -> report,
                OptionalLong.empty(),
                null));
    sweep();
    assertThat(get("a")).isEqualTo(expired);
  }

  @Test
  void update_underALease() {
    start("a", RunConcurrency.ALLOW);

    assertReason(ErrorReason.LEASE_LOST, () -> update("a", Run.State.COMPLETED, 2));
    Run done = update("a", Run.State.COMPLETED, 1).join();

    assertThat(done.lease()).isNull();
    assertThat(update("a", Run.State.COMPLETED, 1).join()).isEqualTo(done);
    assertReason(ErrorReason.LEASE_LOST, () -> update("a", Run.State.FAILED, 1));
    assertReason(ErrorReason.LEASE_LOST, () -> append(1, message("late")));
  }

  @Test
  void update_afterTheLeaseWasLost_refused() {
    start("a", RunConcurrency.ALLOW);
    start("b", RunConcurrency.INTERRUPT);

    assertReason(ErrorReason.LEASE_LOST, () -> update("a", Run.State.COMPLETED, 1));

    assertThat(get("a").state()).isEqualTo(Run.State.CANCELLED);
    assertThat(get("b").state()).isEqualTo(Run.State.RUNNING);
  }

  @Test
  void append_retriedInAnotherSpellingAfterTheLeaseWasLost_answeredAsStored() {
    start("a", RunConcurrency.ALLOW);
    NewMessage sent = message("id", Role.ASSISTANT, "text");
    AppendResult stored = append(1, sent).join();
    core.clock.advance(TTL);

    assertThat(append(1, sent).join().messages()).isEqualTo(stored.messages());
  }

  @ParameterizedTest
  @CsvSource({"9999, 0", "10000, 2"})
  void sweep_endsWhatHasExpired(long millis, int count) {
    start("a", RunConcurrency.ALLOW);
    start("b", RunConcurrency.ALLOW);
    start("c", Run.State.RUNNING, LeaseRequest.NONE).join();
    core.clock.advance(Duration.ofMillis(millis));

    sweep();
    sweep();

    assertThat(ended).hasValue(count);
    core.clock.set("2020-01-01T00:00:00Z");
    Run.State state = count == 0 ? Run.State.RUNNING : Run.State.FAILED;
    assertThat(get("a").state()).isEqualTo(state);
    assertThat(get("b").state()).isEqualTo(state);
    assertThat(get("c").state()).isEqualTo(Run.State.RUNNING);
  }

  @Test
  void sweep_renewedLease_staysLive() {
    start("a", RunConcurrency.ALLOW);
    core.clock.advance(Duration.ofSeconds(5));
    runs.renewLease(core.root, named("a"), 1, TTL).join();
    core.clock.advance(Duration.ofSeconds(5));

    sweep();

    assertThat(ended).hasValue(0);
    assertThat(get("a").state()).isEqualTo(Run.State.RUNNING);
  }

  @Test
  void sweep_ofManySessions_endsAll() {
    for (int i = 0; i < 70; i++) {
      Session one = core.create(core.root, "key " + i);
      runs.start(
              core.root,
              ref(one),
              "a",
              Run.State.RUNNING,
              Run.Report.EMPTY,
              new LeaseRequest(RunConcurrency.ALLOW, TTL))
          .join();
    }
    core.clock.advance(TTL);

    sweep();

    assertThat(ended).hasValue(70);
  }

  @Test
  void archivedSession_readsShowTheTruth_andTheSweepEndsTheRunAfterRestore() {
    start("a", RunConcurrency.ALLOW);
    core.archive(session);
    core.clock.advance(TTL);

    sweep();

    assertThat(ended).hasValue(0);
    assertThat(get("a").state()).isEqualTo(Run.State.FAILED);
    core.archives.restore(core.root, ref(session), (String) null).join();
    sweep();
    assertThat(ended).hasValue(1);
  }
}
