package dev.parley.storage;

import static dev.parley.testing.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.ErrorReason;
import dev.parley.model.Expiry;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.lease.Lease;
import dev.parley.model.lease.Leases;
import dev.parley.storage.query.ApiKeyQuery;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.storage.run.AgentRunQuery;
import dev.parley.storage.transfer.StoreTransfer;
import dev.parley.storage.transfer.StoredRun;
import dev.parley.storage.transfer.TransferableStore;
import dev.parley.testing.Agents;
import dev.parley.testing.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

abstract class TransferCases extends StoreCases {
  private static final String USER = "user-1";
  private static final String CLIENT = "console 🦜";
  private static final Instant TIME = Instant.parse("2026-04-05T06:07:08.123456Z");

  private StoreTransfer transfer() {
    return ((TransferableStore) store()).transfer();
  }

  @Test
  void listSessions_activeAndArchived_byIdInPages() {
    UUID agentId = newAgent().agentId();
    List<Session> sessions = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      Session session = newSession(agentId);
      sessions.add(i % 2 == 0 ? session : archive(session));
    }
    sessions.sort(Comparator.comparing(session -> session.sessionId().toString()));

    List<Session> listed = new ArrayList<>();
    List<Session> page = get(transfer().listSessions(agentId, null, 3));
    while (!page.isEmpty()) {
      listed.addAll(page);
      page = get(transfer().listSessions(agentId, page.get(page.size() - 1).sessionId(), 3));
    }

    assertThat(listed).isEqualTo(sessions);
    assertThat(get(transfer().listSessions(agentId, new UUID(-1, -1), 3))).isEmpty();
  }

  @Test
  void put_session_isThereAsItIsByEveryWay() {
    Agent agent = newAgent();
    Session session = session(agent, "k", 3, 2, false);
    List<Message> messages = TransferData.messages(3);
    List<StoredRun> runs = TransferData.runs(session);

    put(session, messages, runs);

    SessionFilter ofUser = new SessionFilter(null, agent.owner(), USER, CLIENT);
    assertThat(find(session)).isEqualTo(session);
    assertThat(get(store().findSession(session.sessionId(), Cancellation.NONE))).contains(session);
    assertThat(get(store().findSession(Sessions.keyRef(session), Cancellation.NONE)))
        .contains(session);
    assertThat(list(agent.agentId(), false)).containsExactly(session);
    assertThat(list(ofUser)).containsExactly(session);
    assertThat(list(new SessionFilter(agent.agentId(), null, null, CLIENT)))
        .containsExactly(session);
    assertThat(
            get(
                store()
                    .listKeys(new KeyQuery(ofUser, null, 100, Long.MAX_VALUE), Cancellation.NONE)))
        .containsExactly("k");
    assertThat(messages(session)).isEqualTo(messages);
    assertThat(messagesOfRun(session, "run-1")).containsExactly(messages.get(1));
    assertThat(storedRuns(session)).isEqualTo(runs);
    assertThat(runsInAnyState(agent)).containsExactly(runs.get(1).run(), runs.get(0).run());
  }

  @Test
  void put_leases_stayAndAreFoundWhenTheyExpire() {
    Agent agent = newAgent();
    Session written =
        session(agent, "k", 0, 2, false)
            .withLeases(new Leases(5, List.of(new Lease(4, "run-2", TIME.plusSeconds(60)))));

    put(written, List.of(), TransferData.runs(written));

    assertThat(find(written)).isEqualTo(written);
    assertThat(storedRuns(written).get(1).run().lease()).isEqualTo(written.leases().of("run-2"));
    assertThat(expiringLeases(agent.agentId(), TIME.plusSeconds(59), 1)).isEmpty();
    assertThat(expiringLeases(agent.agentId(), TIME.plusSeconds(60), 1)).containsExactly(written);
  }

  @Test
  void put_deletedMessages_stayDeleted() {
    Agent agent = newAgent();
    Session written = session(agent, "k", 3, 0, false);
    Session session =
        new Session(
            written.agentId(),
            written.sessionId(),
            written.key(),
            written.profile(),
            written.createTime(),
            written.updateTime(),
            new Session.Counts(3, 1, 2, 1, 0),
            null,
            written.revision(),
            Leases.NONE);
    List<Message> messages = TransferData.messages(3);
    Message deleted = messages.get(1).deleted(TIME);

    put(session, List.of(deleted, messages.get(2)), List.of());

    MessageQuery all = query(Sessions.ref(session), false, 0, 10).withDeleted();
    assertThat(find(session)).isEqualTo(session);
    assertThat(messages(session)).containsExactly(messages.get(2));
    assertThat(get(store().listMessages(all, Cancellation.NONE)).orElseThrow().messages())
        .containsExactly(deleted, messages.get(2));
  }

  @Test
  void put_archived_isInTheArchiveAndHoldsNoKey() {
    Agent agent = newAgent();
    Session archived = session(agent, "k", 1, 0, true);
    Session holder = session(agent, "k", 1, 0, false);
    put(archived, TransferData.messages(1), List.of());
    put(holder, TransferData.messages(1), List.of());

    assertThat(list(agent.agentId(), true)).containsExactly(archived);
    assertThat(get(store().findSession(Sessions.keyRef(holder), Cancellation.NONE)))
        .contains(holder);
    assertThat(messages(archived)).isEqualTo(TransferData.messages(1));
  }

  /**
   * A copied session behaves like any other: appends continue, known ids are duplicates, and
   * deletion is complete.
   */
  @Test
  void put_session_livesOn() {
    Agent agent = newAgent();
    Session session = session(agent, "k", 3, 2, false);
    put(session, TransferData.messages(3), TransferData.runs(session));

    Message.Draft known = TransferData.messages(3).get(0).draft();
    assertThat(sequences(appended(session, known, Sessions.draft("next")).messages()))
        .containsExactly(1L, 4L);
    get(delete(session));

    assertThat(get(store().findSession(session.sessionId(), Cancellation.NONE))).isEmpty();
    assertThat(list(new SessionFilter(null, agent.owner(), USER, null))).isEmpty();
    put(session(agent, "k", 0, 0, false), List.of(), List.of());
  }

  @Test
  void put_messagesAndRunsOnly_nobodySeesThem() {
    Agent agent = newAgent();
    Session session = session(agent, "k", 3, 2, false);

    get(
        transfer()
            .putMessages(agent.agentId(), Map.of(session.sessionId(), TransferData.messages(3))));
    get(transfer().putRuns(agent.agentId(), TransferData.runs(session)));

    assertThat(get(store().findSession(session.sessionId(), Cancellation.NONE))).isEmpty();
    assertThat(get(store().findSession(Sessions.keyRef(session), Cancellation.NONE))).isEmpty();
    assertThat(list(agent.agentId(), false)).isEmpty();
    assertThat(get(transfer().listSessions(agent.agentId(), null, 10))).isEmpty();
    assertThat(runsInAnyState(agent)).isEmpty();
  }

  @Test
  void put_again_changesNothing() {
    Agent agent = newAgent();
    Session session = session(agent, "k", 3, 2, false);
    for (int i = 0; i < 2; i++) {
      put(session, TransferData.messages(3), TransferData.runs(session));
    }

    assertThat(get(transfer().putSessions(agent.agentId(), List.of(session)))).isZero();
    assertThat(messages(session)).isEqualTo(TransferData.messages(3));
    assertThat(messagesOfRun(session, "run-1")).hasSize(1);
    assertThat(storedRuns(session)).isEqualTo(TransferData.runs(session));
    get(delete(session));
    assertThat(list(new SessionFilter(null, agent.owner(), USER, null))).isEmpty();
  }

  @Test
  void put_changedRow_isInItsNewPlacesOnly() {
    Agent agent = newAgent();
    Session before = session(agent, "k", 3, 0, false);
    put(before, TransferData.messages(3), List.of());
    Session after = before.withProfile(before.profile().withUser("user-2")).withArchiveTime(null);

    assertThat(get(transfer().putSessions(agent.agentId(), List.of(after)))).isOne();

    assertThat(list(agent.agentId(), false)).containsExactly(after);
    assertThat(list(new SessionFilter(null, agent.owner(), USER, null))).isEmpty();
    assertThat(list(new SessionFilter(null, agent.owner(), "user-2", null))).containsExactly(after);
  }

  @Test
  void put_keyChangesHands_holderIsTheNewOne() {
    Agent agent = newAgent();
    Session one = session(agent, "k", 0, 0, false);
    put(one, List.of(), List.of());
    Session archived = one.withArchiveTime(one.updateTime());
    Session two = session(agent, "k", 0, 0, false);

    get(transfer().putSessions(agent.agentId(), List.of(two, archived)));

    assertThat(get(store().findSession(Sessions.keyRef(one), Cancellation.NONE))).contains(two);
    assertThat(list(agent.agentId(), true)).containsExactly(archived);
    assertThat(list(agent.agentId(), false)).containsExactly(two);
  }

  @Test
  void put_keyHeldByAnother_refusedAndNothingWritten() {
    Agent agent = newAgent();
    Session holder = newSession(agent.agentId());
    Session other = session(agent, holder.key(), 0, 0, false);
    Session free = session(agent, "free", 0, 0, false);

    refused(ErrorReason.KEY_IN_USE, transfer().putSessions(agent.agentId(), List.of(free, other)));

    assertThat(list(agent.agentId(), false)).containsExactly(holder);
  }

  @Test
  void remove_halfPut_leavesNothingOfIt() {
    Agent agent = newAgent();
    Session session = session(agent, "k", 2, 1, false);
    UUID agentId = agent.agentId();
    get(transfer().putMessages(agentId, Map.of(session.sessionId(), TransferData.messages(5))));
    get(transfer().putRuns(agentId, TransferData.runs(session)));

    get(transfer().removeSessions(agentId, Set.of(session.sessionId(), UUID.randomUUID())));
    StoredRun run =
        new StoredRun(TransferData.runs(session).get(0).run().withContextBytes(0), List.of());
    put(session, TransferData.messages(2), List.of(run));

    assertThat(messages(session)).isEqualTo(TransferData.messages(2));
    assertThat(storedRuns(session)).containsExactly(run);
    assertThat(runsInAnyState(agent)).containsExactly(run.run());
    assertThat(sequences(appended(session, TransferData.messages(5).get(4).draft()).messages()))
        .containsExactly(3L);
  }

  @Test
  void remove_session_leavesItsNeighbours() {
    Agent agent = newAgent();
    Session session = session(agent, "k", 3, 2, false);
    Session neighbour = session(agent, "other", 3, 2, false);
    put(session, TransferData.messages(3), TransferData.runs(session));
    put(neighbour, TransferData.messages(3), TransferData.runs(neighbour));

    assertThat(get(transfer().removeSessions(agent.agentId(), Set.of(session.sessionId()))))
        .isOne();

    assertThat(get(store().findSession(session.sessionId(), Cancellation.NONE))).isEmpty();
    assertThat(get(store().findSession(Sessions.keyRef(session), Cancellation.NONE))).isEmpty();
    assertThat(list(new SessionFilter(null, agent.owner(), USER, null))).containsExactly(neighbour);
    assertThat(messages(neighbour)).isEqualTo(TransferData.messages(3));
    assertThat(storedRuns(neighbour)).isEqualTo(TransferData.runs(neighbour));
    assertThat(runsInAnyState(agent))
        .extracting(Run::sessionId)
        .containsOnly(neighbour.sessionId());
  }

  @Test
  void putAgent_again_isTheSame_another_refused() {
    Agent agent = Agents.of(Agents.owner());
    get(transfer().putAgent(agent));

    assertThat(get(transfer().putAgent(agent))).isEqualTo(agent);
    refused(
        ErrorReason.AGENT_EXISTS, transfer().putAgent(Agents.of(agent.agentId(), Agents.owner())));
    assertThat(get(store().findAgent(agent.agentId()))).contains(agent);
  }

  @Test
  void put_unknownAgent_refused() {
    Agent nobody = Agents.of(Agents.owner());
    Session session = session(nobody, "k", 3, 2, false);
    UUID agentId = nobody.agentId();

    refused(
        ErrorReason.AGENT_NOT_FOUND,
        transfer().putMessages(agentId, Map.of(session.sessionId(), TransferData.messages(3))));
    refused(ErrorReason.AGENT_NOT_FOUND, transfer().putRuns(agentId, TransferData.runs(session)));
    refused(ErrorReason.AGENT_NOT_FOUND, transfer().putSessions(agentId, List.of(session)));
    refused(ErrorReason.AGENT_NOT_FOUND, transfer().putApiKeys(List.of(Agents.agentKey(nobody))));
  }

  /** Includes revoked and expired keys, and two keys that could not both be created now. */
  @Test
  void putApiKeys_areThereAsTheyAre_andRevokeNothing() {
    Agent agent = newAgent();
    ApiKey old = Agents.masterKey(agent.owner()).revoked(clock.instant());
    ApiKey live = Agents.masterKey(agent.owner());
    ApiKey expired = Agents.agentKey(agent, agent.createTime());
    List<ApiKey> keys =
        Stream.of(old, live, expired, Agents.agentKey(agent))
            .sorted(Comparator.comparing(key -> key.keyId().toString()))
            .toList();

    for (int i = 0; i < 2; i++) {
      assertThat(get(transfer().putApiKeys(keys))).isEqualTo(4);
    }

    assertThat(
            get(store().listApiKeys(new ApiKeyQuery(agent.owner(), null, 10), Cancellation.NONE)))
        .isEqualTo(keys);
    assertThat(get(store().findApiKey(expired.secretHash()))).contains(expired);
    ApiKey revoked = live.revoked(clock.instant());
    get(transfer().putApiKeys(List.of(revoked)));
    assertThat(get(store().findApiKey(live.secretHash()))).contains(revoked);
  }

  private void put(Session session, List<Message> messages, List<StoredRun> runs) {
    UUID agentId = session.agentId();
    for (Message message : messages) {
      get(transfer().putMessages(agentId, Map.of(session.sessionId(), List.of(message))));
    }
    if (!runs.isEmpty()) {
      get(transfer().putRuns(agentId, runs));
    }
    get(transfer().putSessions(agentId, List.of(session)));
  }

  private Session session(Agent agent, String key, long head, long runs, boolean archived) {
    Session.Profile profile =
        new Session.Profile(
            "a label",
            USER,
            CLIENT,
            "2.1",
            "direct",
            "web",
            json("{\"b\": 1.0, \"a\":2}"),
            json("{ }"),
            Session.Profile.EMPTY.withLabels(Map.of("team", "a")).labels(),
            new Expiry(null, Duration.ofDays(30), runs > 0));
    Instant time = clock.instant();
    return new Session(
        agent.agentId(),
        UUID.randomUUID(),
        key,
        profile,
        time,
        clock.instant(),
        new Session.Counts(head, 0, 0, Math.min(head, 2), runs),
        archived ? clock.instant() : null,
        17,
        Leases.NONE);
  }

  private List<Run> runsInAnyState(Agent agent) {
    Set<Run.State> states = EnumSet.allOf(Run.State.class);
    return get(
        store()
            .listRuns(
                new AgentRunQuery(agent.agentId(), null, states, null, 100, NO_BYTES_MAX),
                Cancellation.NONE));
  }

  private List<StoredRun> storedRuns(Session session) {
    SessionRef.ById ref = Sessions.ref(session);
    List<Run> runs =
        get(store().listRuns(new RunQuery(ref, false, 0, 100), Cancellation.NONE))
            .orElseThrow()
            .runs();
    return runs.stream()
        .map(
            run ->
                new StoredRun(
                    run,
                    get(store().findContexts(ref, Set.of(run.runId()), Cancellation.NONE))
                        .orElseThrow()
                        .get(run.runId())))
        .toList();
  }

  private List<Message> messagesOfRun(Session session, String runId) {
    MessageQuery query =
        new MessageQuery(
            Sessions.ref(session),
            false,
            EnumSet.allOf(Role.class),
            Set.of(runId),
            0,
            100,
            NO_BYTES_MAX);
    return get(store().listMessages(query, Cancellation.NONE)).orElseThrow().messages();
  }

  private List<Session> list(SessionFilter filter) {
    return get(
        store()
            .listSessions(
                new SessionQuery(filter, SessionOrder.UPDATE_TIME_DESC, null, 100),
                Cancellation.NONE));
  }
}
