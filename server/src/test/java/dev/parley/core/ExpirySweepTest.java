package dev.parley.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.page.PageTokens;
import dev.parley.model.ErrorReason;
import dev.parley.model.Expiry;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.AuditQuery;
import dev.parley.storage.query.ExpiredQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.Sessions;
import dev.parley.testing.SetClock;
import dev.parley.testing.memory.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which sessions a sweep deletes. */
class ExpirySweepTest {
  private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");
  private static final String AT_DUE = "2026-03-01T01:00:00Z";
  private static final Duration HOUR = Duration.ofHours(1);

  private final SetClock clock = new SetClock(AT_DUE);
  private final UUID agentId = UUID.randomUUID();
  private final AtomicInteger deleted = new AtomicInteger();
  private final Store store = new InMemoryStore();

  @BeforeEach
  void createAgent() {
    store.createAgent(Agents.of(agentId, "acme"), AuditContexts.any()).join();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Session make(Expiry expiry) {
    Session.Profile profile = Session.Profile.EMPTY.withExpiry(expiry);
    UUID id = UUID.randomUUID();
    return store.createSession(Session.create(agentId, id, "key-" + id, profile, BEGIN)).join();
  }

  private Session makeIdle() {
    return make(new Expiry(null, HOUR, false));
  }

  private void append(Session session, Instant now) {
    var appended =
        store
            .append(
                new Append(
                    Sessions.ref(session), null, OptionalLong.empty(), Sessions.drafts(2), now))
            .join();
  }

  private boolean isThere(Session session) {
    return store.findSession(Sessions.ref(session), Cancellation.NONE).join().isPresent();
  }

  private void sweep(Store store) {
    sweepOf(store).run(deleted::addAndGet, () -> true);
  }

  @Test
  void run_takesWhatIsDueAndNothingElse() {
    Session due = makeIdle();
    append(due, BEGIN);
    Session byTime = make(new Expiry(clock.instant(), null, false));
    Session notYet = make(new Expiry(null, HOUR.plusNanos(1_000), false));
    Session never = make(Expiry.NEVER);
    Session archived = makeIdle();
    var kept =
        store
            .updateSession(
                Sessions.ref(archived),
                s -> s.withArchiveTime(clock.instant()),
                AuditContexts.any())
            .join();

    sweep(store);

    assertThat(deleted).hasValue(2);
    assertThat(List.of(due, byTime)).noneMatch(this::isThere);
    assertThat(List.of(notYet, never, archived)).allMatch(this::isThere);
    assertThat(kept.isArchived()).isTrue();
  }

  @Test
  void run_appendedTo_staysAndIsFiledAnew() {
    Session session = makeIdle();
    append(session, BEGIN.plusSeconds(1));

    sweep(store);

    assertThat(isThere(session)).isTrue();
    assertThat(due()).isEmpty();
    clock.advance();
    sweep(store);
    assertThat(isThere(session)).isFalse();
    assertThat(deleted).hasValue(1);
  }

  private List<Session> due() {
    return store
        .listExpired(new ExpiredQuery(agentId, clock.instant(), null, 100), Cancellation.NONE)
        .join()
        .sessions();
  }

  /** The append comes between the read and the deletion. */
  @Test
  void run_appendMeanwhile_savesTheSession() {
    Session session = makeIdle();
    Session other = makeIdle();
    FaultyStore late = new FaultyStore();
    late.answer(
        "listExpired",
        store.listExpired(
            new ExpiredQuery(agentId, clock.instant(), null, 100), Cancellation.NONE));
    append(session, BEGIN.plusSeconds(9));

    sweep(late.around(store));

    assertThat(isThere(session)).isTrue();
    assertThat(isThere(other)).isFalse();
    assertThat(deleted).hasValue(1);
  }

  /** Another server's sweep, or a caller, may delete a session first. */
  @Test
  void run_deletedMeanwhile_isNoFailure() {
    Session gone = makeIdle();
    Session other = makeIdle();
    FaultyStore late = new FaultyStore();
    late.answer(
        "listExpired",
        store.listExpired(
            new ExpiredQuery(agentId, clock.instant(), null, 100), Cancellation.NONE));
    store.deleteSession(Sessions.ref(gone), s -> {}, AuditContexts.any()).join();

    sweep(late.around(store));

    assertThat(isThere(other)).isFalse();
    assertThat(deleted).hasValue(1);
  }

  @Test
  void run_deletion_isAudited() {
    Session session = makeIdle();

    sweep(store);

    AuditQuery expired = new AuditQuery(null, agentId, "session.expire", null, null, null, 9);
    assertThat(store.listAuditEntries(expired, Cancellation.NONE).join())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.target().sessionId()).isEqualTo(session.sessionId());
              assertThat(entry.actor().identity()).isEqualTo("sweep");
              assertThat(entry.time()).isEqualTo(clock.instant());
            });
  }

  @Test
  void run_toldToStop_stopsAfterFew() {
    IntStream.range(0, 100).forEach(i -> makeIdle());

    sweepOf(store).run(deleted::addAndGet, () -> false);

    assertThat(deleted.get()).isPositive().isLessThan(100);
    assertThat(due()).hasSize(100 - deleted.get());
  }

  @Test
  void run_storeFails_saysSo() {
    Session session = makeIdle();
    FaultyStore faulty = new FaultyStore();
    faulty.fail("deleteSession", new SessionException(ErrorReason.UNAVAILABLE, "gone"));

    assertThatThrownBy(() -> sweep(faulty.around(store))).isInstanceOf(CompletionException.class);
    assertThat(isThere(session)).isTrue();
  }

  /** A session that cannot be deleted does not prevent the deletion of others. */
  @Test
  void run_oneDeletionFails_othersAreDeletedAndItIsSaid() {
    Session stuck = makeIdle();
    IntStream.range(0, 40).forEach(i -> makeIdle());
    FaultyStore faulty = new FaultyStore();
    faulty.failOnce("deleteSession", new SessionException(ErrorReason.UNAVAILABLE, "gone"));

    assertThatThrownBy(() -> sweep(faulty.around(store))).isInstanceOf(CompletionException.class);
    assertThat(deleted).hasValue(40);
    assertThat(stuck).isNotNull();
    assertThat(due()).hasSize(1);
  }

  private ExpirySweep sweepOf(Store over) {
    IdGenerator ids = IdGenerator.random();
    return new ExpirySweep(
        over, new AuditLog(store, new PageTokens(new byte[32]), ids, clock), clock);
  }
}
