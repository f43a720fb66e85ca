package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.ErrorReason;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.lease.Lease;
import dev.parley.model.lease.Leases;
import dev.parley.model.lease.RunConcurrency;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Leases of runs. */
abstract class LeaseCases extends LeaseFixture {
  @Test
  void createRun_withLease_getsTheNextFence() {
    Session session = newSession();

    Run first = start(session, "a", RunConcurrency.ALLOW);
    Run second = start(session, "b", RunConcurrency.ALLOW);

    assertThat(first.lease()).isEqualTo(new Lease(1, "a", END));
    assertThat(second.lease()).isEqualTo(new Lease(2, "b", END));
    assertThat(run(session, "a")).isEqualTo(first);
    assertThat(run(session, "b")).isEqualTo(second);
    assertThat(find(session).leases())
        .isEqualTo(new Leases(2, List.of(first.lease(), second.lease())));
    assertThat(find(session).etag()).isEqualTo(session.etag());
    assertThat(find(session).updateTime()).isEqualTo(session.updateTime());
  }

  @Test
  void createRun_fenceOfAnEndedLease_isNotReused() {
    Session session = newSession();
    start(session, "a", RunConcurrency.ALLOW);
    get(store().updateRun(ref(session, "a"), run -> run.withState(Run.State.COMPLETED, NOW)));

    assertThat(start(session, "b", RunConcurrency.ALLOW).lease().fence()).isEqualTo(2);
  }

  @Test
  void createRun_final_getsNoLease() {
    Session session = newSession();
    Run done = run(session, "a", Run.State.COMPLETED, NOW).withLease(Lease.create("a", END));

    assertThat(get(store().createRun(Sessions.ref(session), done)).lease()).isNull();
    assertThat(find(session).leases()).isEqualTo(Leases.NONE);
  }

  @Test
  void createRun_reject_refusedWhileALeaseIsLive() {
    Session session = newSession();
    start(session, "a", RunConcurrency.ALLOW);
    Session before = find(session);

    SessionException failure =
        refused(
            ErrorReason.SESSION_LEASED,
            create(session, "b", END.minusNanos(1_000), RunConcurrency.REJECT));

    assertThat(failure.metadata())
        .containsEntry("run_id", "a")
        .containsEntry("expire_time", END.toString());
    assertThat(find(session)).isEqualTo(before);
    assertThat(run(session, "a").state()).isEqualTo(Run.State.RUNNING);
  }

  @Test
  void createRun_reject_startsBesideRunsWithoutLease() {
    Session session = newSession();
    get(store().createRun(Sessions.ref(session), run(session, "a", Run.State.RUNNING, NOW)));

    assertThat(start(session, "b", RunConcurrency.REJECT).lease().fence()).isEqualTo(1);
    assertThat(run(session, "a").state()).isEqualTo(Run.State.RUNNING);
  }

  @Test
  void createRun_afterTheLeaseExpired_endsTheRunWithIt() {
    Session session = newSession();
    Run expired = start(session, "a", RunConcurrency.ALLOW);

    Run next = get(create(session, "b", END, RunConcurrency.REJECT));

    assertThat(run(session, "a")).isEqualTo(expired.asOf(END));
    assertThat(run(session, "a").report().error()).isEqualTo("LEASE_EXPIRED");
    assertThat(run(session, "a").endTime()).isEqualTo(END);
    assertThat(find(session).leases()).isEqualTo(new Leases(2, List.of(next.lease())));
  }

  @Test
  void createRun_interrupt_cancelsTheRunsWithLeases() {
    Session session = newSession();
    start(session, "a", RunConcurrency.ALLOW);
    start(session, "b", RunConcurrency.ALLOW);
    get(store().createRun(Sessions.ref(session), run(session, "c", Run.State.RUNNING, NOW)));
    Instant later = NOW.plusSeconds(3);

    Run next = get(create(session, "d", later, RunConcurrency.INTERRUPT));

    for (String interrupted : List.of("a", "b")) {
      Run run = run(session, interrupted);
      assertThat(run.state()).isEqualTo(Run.State.CANCELLED);
      assertThat(run.endTime()).isEqualTo(later);
      assertThat(run.lease()).isNull();
    }
    assertThat(run(session, "c").state()).isEqualTo(Run.State.RUNNING);
    assertThat(find(session).leases()).isEqualTo(new Leases(3, List.of(next.lease())));
    refused(ErrorReason.LEASE_LOST, append(session, 1, later, Sessions.draft("1")));
    refused(ErrorReason.LEASE_LOST, append(session, 2, later, Sessions.draft("2")));
    get(append(session, 3, later, Sessions.draft("3")));
    assertThat(find(session).headSequence()).isEqualTo(1);
  }

  @Test
  void createRun_existingId_interruptsNothing() {
    Session session = newSession();
    Run leased = start(session, "a", RunConcurrency.ALLOW);

    refused(ErrorReason.RUN_EXISTS, create(session, "a", NOW, RunConcurrency.INTERRUPT));
    refused(ErrorReason.RUN_EXISTS, create(session, "a", NOW, RunConcurrency.REJECT));

    assertThat(run(session, "a")).isEqualTo(leased);
  }

  @Test
  void createRun_tooManyLeases_refusedUntilOneIsFree() {
    Session session = newSession();
    for (int i = 1; i <= Leases.MAX; i++) {
      start(session, "run " + i, RunConcurrency.ALLOW);
    }

    refused(ErrorReason.SESSION_LEASED, create(session, "more", NOW, RunConcurrency.ALLOW));
    get(store().createRun(Sessions.ref(session), run(session, "bare", Run.State.RUNNING, NOW)));
    Run next = get(create(session, "more", END, RunConcurrency.ALLOW));

    assertThat(next.lease().fence()).isEqualTo(Leases.MAX + 1);
    assertThat(find(session).leases().held()).containsExactly(next.lease());
    assertThat(run(session, "run 16").state()).isEqualTo(Run.State.FAILED);
    assertThat(run(session, "bare").state()).isEqualTo(Run.State.RUNNING);
  }

  @Test
  void createRun_manyAtOnceWithReject_oneStarts() {
    Session session = newSession();
    List<CompletableFuture<Run>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(create(session, "run " + i, NOW, RunConcurrency.REJECT));
    }

    int started = 0;
    for (CompletableFuture<Run> call : calls) {
      try {
        get(call);
        started++;
      } catch (SessionException e) {
        assertThat(e.reason()).isEqualTo(ErrorReason.SESSION_LEASED);
      }
    }

    assertThat(started).isEqualTo(1);
    assertThat(find(session).runCount()).isEqualTo(1);
  }

  @Test
  void updateRun_renewsTheLease() {
    Session session = newSession();
    Run before = start(session, "a", RunConcurrency.ALLOW);

    Run after =
        get(
            store()
                .updateRun(
                    ref(session, "a"), run -> run.withLease(run.lease().withExpireTime(LATER))));

    assertThat(after).isEqualTo(before.withLease(new Lease(1, "a", LATER)));
    assertThat(run(session, "a")).isEqualTo(after);
    assertThat(expiring(session, END)).isEmpty();
    assertThat(expiring(session, LATER)).containsExactly(find(session));
    get(append(session, 1, END, Sessions.draft("1")));
  }

  @Test
  void updateRun_finalState_endsTheLease() {
    Session session = newSession();
    start(session, "a", RunConcurrency.ALLOW);

    Run after =
        get(store().updateRun(ref(session, "a"), run -> run.withState(Run.State.FAILED, NOW)));

    assertThat(after.lease()).isNull();
    assertThat(run(session, "a")).isEqualTo(after);
    assertThat(find(session).leases()).isEqualTo(new Leases(1, List.of()));
    assertThat(expiring(session, LATER)).isEmpty();
  }

  @Test
  void updateRun_toAnotherFence_isAFault() {
    Session session = newSession();
    Run before = start(session, "a", RunConcurrency.ALLOW);

    assertThatThrownBy(
            () ->
                get(
                    store()
                        .updateRun(
                            ref(session, "a"), run -> run.withLease(run.lease().withFence(7)))))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(run(session, "a")).isEqualTo(before);
  }

  @Test
  void putContext_keepsTheLease() {
    Session session = newSession();
    Run before = start(session, "a", RunConcurrency.ALLOW);

    assertThat(get(store().putContext(ref(session, "a"), List.of())).lease())
        .isEqualTo(before.lease());
    assertThat(run(session, "a")).isEqualTo(before);
  }

  @Test
  void listExpiredLeases_byTimeInPages() {
    Session late = newSession();
    Session early = newSession(late.agentId());
    Session none = newSession(late.agentId());
    start(late, "a", RunConcurrency.ALLOW);
    get(
        store()
            .createRun(
                Sessions.ref(early),
                run(early, "a", Run.State.RUNNING, NOW)
                    .withLease(Lease.create("a", END.minusSeconds(1)))));
    get(store().createRun(Sessions.ref(none), run(none, "a", Run.State.RUNNING, NOW)));

    assertThat(expiring(late, END)).containsExactly(find(early), find(late));
    assertThat(expiring(late, END.minusNanos(1_000))).containsExactly(find(early));
    assertThat(expiring(late, END.minusSeconds(2))).isEmpty();
  }

  @Test
  void archiving_keepsTheLeaseAndHidesIt() {
    Session session = newSession();
    Run leased = start(session, "a", RunConcurrency.ALLOW);

    archive(session);

    assertThat(expiring(session, LATER)).isEmpty();
    refused(ErrorReason.SESSION_ARCHIVED, append(session, 1, NOW, Sessions.draft("1")));
    assertThat(run(session, "a")).isEqualTo(leased);
    get(restore(session));
    assertThat(expiring(session, LATER)).containsExactly(find(session));
    get(append(session, 1, NOW, Sessions.draft("1")));
  }

  @Test
  void clearing_keepsTheLease() {
    Session session = newSession();
    start(session, "a", RunConcurrency.ALLOW);
    appended(session, Sessions.draft("1"));

    get(store().clearSession(Sessions.ref(session), s -> {}, AuditContexts.any()));

    get(append(session, 1, NOW, Sessions.draft("2")));
    assertThat(expiring(session, LATER)).containsExactly(find(session));
  }

  @Test
  void updateSession_keepsTheLease() {
    Session session = newSession();
    start(session, "a", RunConcurrency.ALLOW);

    get(
        store()
            .updateSession(
                Sessions.ref(session), s -> s.withProfile(s.profile().withLabel("label"))));

    assertThat(find(session).leases().held()).hasSize(1);
    assertThat(expiring(session, LATER)).containsExactly(find(session));
  }

  @Test
  void deleting_takesTheLeaseAlong() {
    Session session = newSession();
    start(session, "a", RunConcurrency.ALLOW);

    get(delete(session));

    assertThat(expiring(session, LATER)).isEmpty();
  }
}
