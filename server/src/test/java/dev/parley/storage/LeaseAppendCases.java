package dev.parley.storage;

import static dev.parley.storage.Cancellation.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.AppendResult;
import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.lease.RunConcurrency;
import dev.parley.testing.Sessions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Appends under leases. */
abstract class LeaseAppendCases extends LeaseFixture {
  @Test
  void append_underALease_untilItExpires() {
    Session session = newSession();
    start(session, "a", RunConcurrency.ALLOW);

    get(append(session, 1, END.minusNanos(1_000), Sessions.draft("1")));
    refused(ErrorReason.LEASE_LOST, append(session, 1, END, Sessions.draft("2")));
    SessionException unknown =
        refused(ErrorReason.LEASE_LOST, append(session, 2, NOW, Sessions.draft("3")));

    assertThat(unknown.metadata()).containsExactly(Map.entry("lease_fence", "2"));
    assertThat(find(session).headSequence()).isEqualTo(1);
  }

  @Test
  void append_afterTheRunEnded_refused() {
    Session session = newSession();
    start(session, "a", RunConcurrency.ALLOW);
    get(store().updateRun(ref(session, "a"), run -> run.withState(Run.State.COMPLETED, NOW)));

    refused(ErrorReason.LEASE_LOST, append(session, 1, NOW, Sessions.draft("1")));

    assertThat(find(session).headSequence()).isZero();
  }

  @Test
  void append_withoutFence_allowedWhileALeaseIsLive() {
    Session session = newSession();
    start(session, "a", RunConcurrency.ALLOW);

    appended(session, Sessions.draft("1"));

    assertThat(find(session).headSequence()).isEqualTo(1);
    assertThat(find(session).leases().held()).hasSize(1);
  }

  @Test
  void append_storedBeforeTheLeaseWasLost_answeredAgain() {
    Session session = newSession();
    start(session, "a", RunConcurrency.ALLOW);
    Message.Draft stored = Sessions.draft("1");
    AppendResult first = get(append(session, 1, NOW, stored));

    AppendResult again = get(append(session, 1, LATER, stored));
    refused(ErrorReason.LEASE_LOST, append(session, 1, LATER, stored, Sessions.draft("2")));

    assertThat(again.messages()).isEqualTo(first.messages());
    assertThat(again.newMessages()).isEmpty();
    assertThat(find(session).headSequence()).isEqualTo(1);
  }

  @Test
  void append_lostLeaseAndStaleHead_isLeaseLost() {
    Session session = newSession();
    appended(session, Sessions.draft("1"));

    refused(
        ErrorReason.LEASE_LOST,
        store()
            .append(
                new Append(
                    Sessions.ref(session),
                    null,
                    OptionalLong.of(0),
                    OptionalLong.of(1),
                    List.of(Sessions.draft("2")),
                    Set.of(),
                    NOW)));
  }

  @Test
  void append_toASessionToCreate_refused() {
    Session missing = Sessions.of(newAgent().agentId());
    SessionRef key = Sessions.keyRef(missing);

    refused(
        ErrorReason.LEASE_LOST,
        store()
            .append(
                new Append(
                    key,
                    missing,
                    OptionalLong.empty(),
                    OptionalLong.of(1),
                    List.of(Sessions.draft("1")),
                    Set.of(),
                    NOW)));

    assertThat(get(store().findSession(key, NONE))).isEmpty();
  }

  @Test
  void append_manyAtOnceWithAnInterrupt_noneIsStoredAfterIt() throws Exception {
    Session session = newSession();
    start(session, "a", RunConcurrency.ALLOW);
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      appends.add(append(session, 1, NOW, Sessions.draft("old")));
    }
    CompletableFuture<Run> interrupt = create(session, "b", NOW, RunConcurrency.INTERRUPT);
    for (int i = 0; i < 20; i++) {
      appends.add(append(session, 1, NOW, Sessions.draft("old")));
    }
    get(interrupt);
    long head = find(session).headSequence();
    Set<Long> stored = new HashSet<>();
    for (CompletableFuture<AppendResult> append : appends) {
      try {
        stored.add(append.get().messages().get(0).sequence());
      } catch (ExecutionException e) {
        assertThat(((SessionException) e.getCause()).reason()).isEqualTo(ErrorReason.LEASE_LOST);
      }
    }

    assertThat(find(session).headSequence()).isEqualTo(head);
    assertThat(stored).hasSize((int) head);
  }
}
