package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Expiry;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.storage.query.AgentQuery;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.ExpiredPage;
import dev.parley.storage.query.ExpiredQuery;
import dev.parley.storage.query.ListOrder;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

abstract class ExpiryCases extends StoreCases {
  private static final Instant EVER = Instant.parse("2100-01-01T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  private final UUID agentId = UUID.randomUUID();

  private void makeAgent() {
    get(store().createAgent(Agents.of(agentId, Agents.owner()), AuditContexts.any()));
  }

  private Session make(Expiry expiry) {
    return get(
        store().createSession(Sessions.of(agentId, Session.Profile.EMPTY.withExpiry(expiry))));
  }

  private static Expiry at(Instant time) {
    return new Expiry(time, null, false);
  }

  private static Expiry idle(Duration ttl) {
    return new Expiry(null, ttl, false);
  }

  private List<Session> expired(Instant until) {
    return expired(agentId, until, 7);
  }

  private List<Session> expired(UUID agentId, Instant until, int limit) {
    List<Session> all = new ArrayList<>();
    Cursor after = null;
    do {
      ExpiredPage page =
          get(
              store()
                  .listExpired(new ExpiredQuery(agentId, until, after, limit), Cancellation.NONE));
      assertThat(page.sessions()).hasSizeLessThanOrEqualTo(limit);
      all.addAll(page.sessions());
      after = page.next();
    } while (after != null);
    return all;
  }

  private Session appendedLater(Session session) {
    return get(store()
            .append(
                new Append(
                    Sessions.ref(session),
                    null,
                    OptionalLong.empty(),
                    Sessions.drafts(1),
                    session.updateTime().plusSeconds(1))))
        .session();
  }

  @Test
  void listExpired_atItsTime_foundAndNotBefore() {
    makeAgent();
    Session session = make(at(clock.instant().plus(DAY)));
    Instant expireTime = session.effectiveExpireTime();
    make(Expiry.NEVER);
    make(Expiry.UNSET);

    assertThat(expired(expireTime)).containsExactly(session);
    assertThat(expired(expireTime.minusNanos(1_000))).isEmpty();
    assertThat(find(session)).isEqualTo(session);
  }

  @Test
  void listExpired_bothGiven_theEarlierOneCounts() {
    makeAgent();
    Instant soon = clock.instant().plus(DAY);
    Session byTime = make(new Expiry(soon, Duration.ofDays(9), false));
    Session byTtl = make(new Expiry(soon.plus(DAY), Duration.ofMinutes(1), false));

    assertThat(byTime.effectiveExpireTime()).isEqualTo(soon);
    assertThat(byTtl.effectiveExpireTime()).isEqualTo(byTtl.updateTime().plusSeconds(60));
    assertThat(expired(soon)).containsExactly(byTtl, byTime);
  }

  @Test
  void append_extendsExpiry_rescheduleUpdatesIndex() {
    makeAgent();
    Session session = make(idle(DAY));
    Instant first = session.effectiveExpireTime();

    Session later = appendedLater(session);

    assertThat(later.effectiveExpireTime()).isAfter(first);
    assertThat(expired(first)).containsExactly(later);
    assertThat(later.isExpired(first)).isFalse();

    assertThat(get(store().rescheduleExpiry(agentId, Set.of(session.sessionId())))).isEqualTo(1);

    assertThat(expired(first)).isEmpty();
    assertThat(expired(later.effectiveExpireTime())).containsExactly(later);
    assertThat(find(session)).isEqualTo(later);
    assertThat(get(store().rescheduleExpiry(agentId, Set.of(UUID.randomUUID())))).isZero();
  }

  @Test
  void append_manyAndRescheduleBetween_isIndexedOnce() {
    makeAgent();
    Session session = make(idle(DAY));
    for (int i = 0; i < 5; i++) {
      session = appendedLater(session);
      get(store().rescheduleExpiry(agentId, Set.of(session.sessionId())));
      get(store().rescheduleExpiry(agentId, Set.of(session.sessionId())));
    }

    assertThat(expired(EVER)).containsExactly(session);
    get(delete(session));
    assertThat(expired(EVER)).isEmpty();
  }

  @Test
  void updateSession_expiryChanged_indexUpdated() {
    makeAgent();
    Session session = make(idle(DAY));
    Instant soon = clock.instant().plusSeconds(5);

    Session sooner = change(session, at(soon));
    assertThat(expired(soon)).containsExactly(sooner);
    Session later = change(session, idle(DAY.multipliedBy(9)));
    assertThat(expired(EVER)).containsExactly(later);
    get(store().rescheduleExpiry(agentId, Set.of(session.sessionId())));
    assertThat(expired(soon)).isEmpty();
    Session never = change(session, Expiry.NEVER);

    assertThat(expired(EVER)).isEmpty();
    assertThat(find(session)).isEqualTo(never);
    assertThat(change(session, at(soon)).effectiveExpireTime()).isEqualTo(soon);
    assertThat(expired(soon)).hasSize(1);
  }

  /** The position of a session changes only by {@code rescheduleExpiry}, in all stores alike. */
  @Test
  void listExpired_updatesAndRunsAfterAnAppend_keepTheOrder() {
    makeAgent();
    Session first = make(idle(DAY));
    Session second = make(idle(DAY.plusSeconds(1)));
    Session third = make(idle(DAY.plusSeconds(2)));
    for (Session each : List.of(first, second, third)) {
      appendedLater(appendedLater(appendedLater(each)));
    }

    get(
        store()
            .updateSession(
                Sessions.ref(second), s -> s.withProfile(s.profile().withLabel("renamed"))));
    get(
        store()
            .createRun(
                Sessions.ref(first),
                Run.create(
                    agentId,
                    first.sessionId(),
                    "r",
                    Run.State.PENDING,
                    Run.Report.EMPTY,
                    clock.instant())));

    assertThat(expired(EVER)).containsExactly(find(first), find(second), find(third));
    get(store().rescheduleExpiry(agentId, Set.of(first.sessionId())));
    assertThat(expired(EVER)).containsExactly(find(second), find(third), find(first));
  }

  private Session change(Session session, Expiry expiry) {
    return get(
        store()
            .updateSession(
                Sessions.ref(session), s -> s.withProfile(s.profile().withExpiry(expiry))));
  }

  @Test
  void archive_leavesExpiryIndex_restoreReturns() {
    makeAgent();
    Session session = make(idle(DAY));
    appended(session, Sessions.draft("m"));

    assertThat(archive(session).effectiveExpireTime()).isNull();
    assertThat(expired(EVER)).isEmpty();
    assertThat(get(store().rescheduleExpiry(agentId, Set.of(session.sessionId())))).isEqualTo(1);
    assertThat(expired(EVER)).isEmpty();
    Session back = get(restore(session));

    assertThat(expired(EVER)).containsExactly(back);
  }

  @Test
  void deletion_removesIndexEntry() {
    makeAgent();
    Session session = make(idle(DAY));
    Session archived = make(idle(DAY));
    archive(archived);
    Session other = make(at(clock.instant().plus(DAY)));

    get(delete(session));
    get(delete(archived));
    assertThat(expired(EVER)).containsExactly(other);
    get(store().deleteAgent(agentId, AuditContexts.any()));
    makeAgent();

    assertThat(expired(EVER)).isEmpty();
    get(store().createSession(other));
    assertThat(expired(EVER)).containsExactly(other);
  }

  @Test
  void deleteSession_appendedToSinceListed_guardSeesIt() {
    makeAgent();
    Session session = make(idle(DAY));
    Instant expireTime = session.effectiveExpireTime();
    appendedLater(session);

    assertThatThrownBy(
            () ->
                get(
                    store()
                        .deleteSession(
                            Sessions.ref(session),
                            there -> {
                              if (!there.isExpired(expireTime)) {
                                throw new SessionException(ErrorReason.SESSION_ACTIVE, "no");
                              }
                            },
                            AuditContexts.any())))
        .isInstanceOf(SessionException.class);
    assertThat(texts(messages(session))).containsExactly("1");
  }

  @Test
  void listExpired_pages_goThroughAllOnceInOrder() {
    makeAgent();
    Instant time = clock.instant().plus(DAY);
    List<Session> made = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      made.add(make(at(time.plusSeconds(i / 3))));
    }
    made.sort(
        Comparator.comparing(Session::effectiveExpireTime)
            .thenComparing(Session::sessionId, ListOrder.BY_ID));

    assertThat(expired(time.plusSeconds(9))).isEqualTo(made);
    assertThat(expired(agentId, time.plusSeconds(9), 1)).isEqualTo(made);
    assertThat(expired(agentId, time.plusSeconds(1), 3)).isEqualTo(made.subList(0, 6));
  }

  @Test
  void listExpired_ofAgent_onlyItsOwn() {
    Agent one = newAgent();
    Session.Profile profile = Session.Profile.EMPTY.withExpiry(idle(DAY));
    Session its = get(store().createSession(Sessions.of(one.agentId(), profile)));
    get(store().createSession(Sessions.of(newAgent().agentId(), profile)));

    assertThat(expired(one.agentId(), EVER, 100)).containsExactly(its);
    assertThat(expired(UUID.randomUUID(), EVER, 100)).isEmpty();
    assertThat(expired(null, EVER, 100)).contains(its).hasSizeGreaterThan(1);
  }

  @Test
  void agentsDefault_goesToWhatIsMadeFromNowOn() {
    makeAgent();
    Session before = make(Expiry.UNSET);
    get(
        store()
            .updateAgent(agentId, agent -> agent.withDefaultSessionTtl(DAY), AuditContexts.any()));

    assertThat(make(Expiry.UNSET).profile().expiry()).isEqualTo(new Expiry(null, DAY, true));
    assertThat(make(Expiry.NEVER).profile().expiry()).isEqualTo(Expiry.NEVER);
    Expiry own = at(clock.instant().plus(DAY));
    assertThat(make(own).profile().expiry()).isEqualTo(own);
    Session appended = appendNew();
    assertThat(appended.profile().expiry()).isEqualTo(new Expiry(null, DAY, true));
    assertThat(find(appended)).isEqualTo(appended);

    get(
        store()
            .updateAgent(agentId, agent -> agent.withDefaultSessionTtl(null), AuditContexts.any()));
    assertThat(appendNew().profile().expiry()).isEqualTo(Expiry.UNSET);
    assertThat(find(before).effectiveExpireTime()).isNull();
    assertThat(find(appended)).isEqualTo(appended);
    assertThat(expired(EVER)).hasSize(3).contains(appended);
  }

  private Session appendNew() {
    Session made = Sessions.of(agentId);
    SessionRef ref = new SessionRef.ByKey(agentId, made.key(), null);
    return get(store().append(append(ref, made, OptionalLong.empty(), Sessions.drafts(1))))
        .session();
  }

  @Test
  void updateAgent_isFoundSo() {
    makeAgent();
    Duration finest = Duration.ofSeconds(60, 1_000);

    Agent updated =
        get(
            store()
                .updateAgent(agentId, a -> a.withDefaultSessionTtl(finest), AuditContexts.any()));

    assertThat(updated.defaultSessionTtl()).isEqualTo(finest);
    assertThat(get(store().findAgent(agentId))).contains(updated);
    assertThat(get(store().listAgents(new AgentQuery(updated.owner(), null, 9), Cancellation.NONE)))
        .containsExactly(updated);
  }

  @Test
  void updateAgent_unknown_refused() {
    refused(
        ErrorReason.AGENT_NOT_FOUND,
        store().updateAgent(UUID.randomUUID(), a -> a, AuditContexts.any()));
  }

  @Test
  void updateAgent_anythingElse_isAFault() {
    makeAgent();

    assertThatThrownBy(
            () ->
                get(
                    store()
                        .updateAgent(
                            agentId,
                            a -> new Agent(agentId, "other", a.createTime(), Agent.Profile.EMPTY),
                            AuditContexts.any())))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
