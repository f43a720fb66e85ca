package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions across agents: by owner, user and client, by id alone, and by key. */
abstract class FilterCases extends StoreCases {
  private String owner;
  private Agent first;
  private Agent second;
  private Agent foreign;

  @BeforeEach
  void makeAgents() {
    owner = Agents.owner();
    first = get(store().createAgent(Agents.of(owner), AuditContexts.any()));
    second = get(store().createAgent(Agents.of(owner), AuditContexts.any()));
    foreign = newAgent();
  }

  @Test
  void listSessions_everyFilter_asIfAllRowsWereLookedAt() {
    List<Session> made = makeMany(60);

    for (UUID agentId : new UUID[] {null, first.agentId(), foreign.agentId()}) {
      for (String user : new String[] {null, "ann", "ann ", "nobody"}) {
        for (String client : new String[] {null, "web", "app", "none"}) {
          SessionFilter filter = new SessionFilter(agentId, owner, user, client);
          for (SessionOrder order : SessionOrder.values()) {
            if (order.listsAll() && client != null) {
              continue;
            }
            List<Session> expected = expected(made, filter, order);
            for (int size : new int[] {1, 7, 100}) {
              assertThat(pages(filter, order, size))
                  .as("%s by %s in pages of %d", filter, order, size)
                  .isEqualTo(expected);
            }
          }
        }
      }
    }
  }

  @Test
  void listSessions_byCreateTime_followsEachChange() {
    Session one = make(first, "one", "ann", "web");
    Session two = make(second, "two", "ann", "web");
    SessionFilter ann = new SessionFilter(null, owner, "ann", null);
    SessionFilter web = new SessionFilter(first.agentId(), null, null, "web");

    one = appended(one, Sessions.draft("leaves the create time")).session();
    assertThat(page(ann, SessionOrder.CREATE_TIME, null, 9)).containsExactly(one, two);
    assertThat(page(web, SessionOrder.CREATE_TIME, null, 9)).containsExactly(one);

    Session archived = archive(one);
    assertThat(page(ann, SessionOrder.CREATE_TIME, null, 9)).containsExactly(two);
    assertThat(page(web, SessionOrder.CREATE_TIME, null, 9)).isEmpty();

    one = get(restore(archived));
    assertThat(page(ann, SessionOrder.CREATE_TIME_DESC, null, 9)).containsExactly(two, one);

    one =
        get(
            store()
                .updateSession(
                    Sessions.ref(one),
                    s -> s.withProfile(s.profile().withUser("bob").withClient(null))));
    assertThat(page(ann, SessionOrder.CREATE_TIME, null, 9)).containsExactly(two);
    assertThat(page(web, SessionOrder.CREATE_TIME, null, 9)).isEmpty();
    assertThat(page(new SessionFilter(null, owner, "bob", null), SessionOrder.CREATE_TIME, null, 9))
        .containsExactly(one);

    get(delete(one));
    SessionFilter all = new SessionFilter(null, owner, null, null);
    assertThat(page(all, SessionOrder.CREATE_TIME, null, 9)).containsExactly(two);
    get(store().deleteAgent(second.agentId(), AuditContexts.any()));
    assertThat(page(all, SessionOrder.CREATE_TIME, null, 9)).isEmpty();
  }

  @Test
  void listSessions_byArchiveTime_followsEachChange() {
    Session one = archive(make(first, "one", "ann", "web"));
    Session two = archive(make(second, "two", "ann", null));
    SessionFilter ann = new SessionFilter(null, owner, "ann", null);
    SessionFilter web = new SessionFilter(first.agentId(), null, null, "web");
    assertThat(archives(ann)).containsExactly(two, one);
    assertThat(archives(web)).containsExactly(one);

    Session active = get(restore(one));
    assertThat(archives(ann)).containsExactly(two);
    assertThat(archives(web)).isEmpty();

    one = archive(active);
    assertThat(archives(ann)).containsExactly(one, two);
    get(delete(one));
    assertThat(archives(ann)).containsExactly(two);
    get(store().deleteAgent(second.agentId(), AuditContexts.any()));
    assertThat(archives(ann)).isEmpty();
  }

  private List<Session> archives(SessionFilter filter) {
    return page(filter, SessionOrder.ARCHIVE_TIME_DESC, null, 9);
  }

  @Test
  void listSessions_byCreateTime_hasSessionsThatAppendsCreate() {
    Session missing = Sessions.of(first.agentId(), "made by an append");
    SessionRef ref = new SessionRef.ByKey(first.agentId(), missing.key(), null);

    Session made =
        get(store()
                .append(
                    append(ref, missing, OptionalLong.empty(), List.of(Sessions.draft("first")))))
            .session();

    assertThat(page(SessionFilter.ofAgent(first.agentId()), SessionOrder.CREATE_TIME, null, 9))
        .containsExactly(made);
  }

  @Test
  void listSessions_sameTime_ascendingIsTheReverseOfDescending() {
    Instant time = clock.instant();
    for (UUID id : List.of(new UUID(1, -1), new UUID(Long.MAX_VALUE, 0), new UUID(-1, 5))) {
      get(
          store()
              .createSession(
                  Sessions.of(
                      first.agentId(),
                      new UUID(id.getMostSignificantBits(), UUID.randomUUID().hashCode()),
                      id.toString(),
                      time)));
    }
    SessionFilter filter = SessionFilter.ofAgent(first.agentId());

    for (SessionOrder[] each :
        new SessionOrder[][] {
          {SessionOrder.UPDATE_TIME, SessionOrder.UPDATE_TIME_DESC},
          {SessionOrder.CREATE_TIME, SessionOrder.CREATE_TIME_DESC}
        }) {
      List<Session> reversed = new ArrayList<>(pages(filter, each[1], 1));
      assertThat(reversed).hasSize(3).isSortedAccordingTo(each[1].sessions());
      Collections.reverse(reversed);
      assertThat(pages(filter, each[0], 1)).isEqualTo(reversed);
    }
  }

  @Test
  void listSessions_noOwner_everybodys() {
    Session mine = make(first, "key", null, null);
    Session foreigners = make(foreign, "key", null, null);

    assertThat(list(new SessionFilter(null, null, null, null)))
        .contains(mine, foreigners)
        .isSortedAccordingTo(SessionOrder.UPDATE_TIME_DESC.sessions());
  }

  @Test
  void listSessions_sessionsMoveWhileAUserPages_noneTwiceAndNoUnmovedLost() {
    List<Session> made = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      made.add(make(i % 2 == 0 ? first : second, "key " + i, "ann", i % 3 == 0 ? "web" : "app"));
    }
    clock.advance(Duration.ofDays(1));
    SessionFilter anns = new SessionFilter(null, owner, "ann", null);
    List<UUID> seen = new ArrayList<>();

    Cursor after = null;
    for (List<Session> page = page(anns, SessionOrder.UPDATE_TIME_DESC, after, 4);
        !page.isEmpty();
        page = page(anns, SessionOrder.UPDATE_TIME_DESC, after, 4)) {
      page.forEach(session -> seen.add(session.sessionId()));
      Session last = page.get(page.size() - 1);
      after = new Cursor(last.updateTime(), last.sessionId());
      appended(made.get(29), Sessions.draft("moves"));
      appended(made.get(5), Sessions.draft("moves"));
      appended(last, Sessions.draft("moves"));
    }

    List<UUID> unmoved = new ArrayList<>(made.stream().map(Session::sessionId).toList());
    unmoved.remove(5);
    assertThat(seen).doesNotHaveDuplicates().containsAll(unmoved);
  }

  @Test
  void updateSession_userAndClientChange_movesBetweenLists() {
    Session session = make(first, "key", "ann", "web");

    get(
        store()
            .updateSession(
                Sessions.ref(session),
                s -> s.withProfile(s.profile().withUser("bob").withClient(null))));

    assertThat(list(new SessionFilter(null, owner, "ann", null))).isEmpty();
    assertThat(list(new SessionFilter(first.agentId(), null, null, "web"))).isEmpty();
    assertThat(list(new SessionFilter(null, owner, "bob", null))).hasSize(1);
  }

  @Test
  void textsThatRunIntoEachOther_areKeptApart() {
    make(first, "1", "ann", "web");
    make(first, "2", "an", "nweb");
    make(first, "3", "annw", "eb");
    make(first, "4", "ann", null);

    assertThat(keys(new SessionFilter(null, owner, "ann", null))).containsExactly("1", "4");
    assertThat(keys(new SessionFilter(null, owner, "ann", "web"))).containsExactly("1");
    assertThat(keys(new SessionFilter(null, owner, "an", null))).containsExactly("2");
  }

  @Test
  void findSession_byIdAlone_whateverItsState() {
    Session session = make(first, "key", "ann", null);
    assertThat(get(store().findSession(session.sessionId(), Cancellation.NONE))).contains(session);

    Session archived = archive(session);
    assertThat(get(store().findSession(session.sessionId(), Cancellation.NONE))).contains(archived);

    get(delete(session));
    assertThat(get(store().findSession(session.sessionId(), Cancellation.NONE))).isEmpty();
    assertThat(get(store().findSession(UUID.randomUUID(), Cancellation.NONE))).isEmpty();
  }

  @Test
  void findSessions_byKey_newestFirstOfTheFilter() {
    Session older = make(first, "key", "ann", null);
    Session newer = make(second, "key", "bob", null);
    make(second, "other", null, null);
    make(foreign, "key", "ann", null);

    assertThat(named("key", new SessionFilter(null, owner, null, null)))
        .containsExactly(newer, older);
    assertThat(named("key", new SessionFilter(null, owner, "ann", null))).containsExactly(older);
    assertThat(named("key", SessionFilter.ofAgent(second.agentId()))).containsExactly(newer);
    assertThat(named("ke", new SessionFilter(null, owner, null, null))).isEmpty();

    archive(newer);
    assertThat(named("key", new SessionFilter(null, owner, null, null))).containsExactly(older);
    Session moved = appended(older, Sessions.draft("moves")).session();
    assertThat(named("key", new SessionFilter(null, owner, null, null))).containsExactly(moved);
  }

  @Test
  void listKeys_onceEachByCodePoint() {
    String astral = "\uD83D\uDE00";
    for (String key : List.of("b", "\uFF5E", astral, "a", "Z")) {
      make(first, key, null, null);
    }
    make(second, "b", "ann", null);
    make(foreign, "c", null, null);
    archive(make(second, "gone", null, null));

    assertThat(keys(new SessionFilter(null, owner, null, null)))
        .containsExactly("Z", "a", "b", "\uFF5E", astral);
    assertThat(keys(SessionFilter.ofAgent(second.agentId()))).containsExactly("b");
    assertThat(keys(new SessionFilter(null, owner, "ann", null))).containsExactly("b");
    assertThat(keys(SessionFilter.ofAgent(UUID.randomUUID()))).isEmpty();
  }

  @Test
  void deleteAgent_takesItsSessionsOutOfEveryList() {
    Session goes = make(first, "key", "ann", "web");
    archive(make(first, "archived", "ann", "web"));
    Session stays = make(second, "key", "ann", "web");

    get(store().deleteAgent(first.agentId(), AuditContexts.any()));

    assertThat(list(new SessionFilter(null, owner, "ann", "web"))).containsExactly(stays);
    assertThat(list(new SessionFilter(null, owner, null, null))).containsExactly(stays);
    assertThat(named("key", new SessionFilter(null, owner, null, null))).containsExactly(stays);
    assertThat(get(store().findSession(goes.sessionId(), Cancellation.NONE))).isEmpty();
  }

  @Test
  void deleteAgent_rightAfterItsSessionsWereMade_leavesNothing() {
    Session session = Sessions.of(first.agentId(), ofUser("ann", "web"));
    // Fails if the store runs it after the agent is deleted.
    var made = store().createSession(session).exceptionally(refusal -> session);
    get(store().deleteAgent(first.agentId(), AuditContexts.any()));
    get(made);

    assertThat(get(store().findSession(session.sessionId(), Cancellation.NONE))).isEmpty();
    assertThat(list(new SessionFilter(null, owner, "ann", null))).isEmpty();
  }

  @Test
  void ref_ofAnotherUser_namesNothing() {
    Session session = make(first, "key", "ann", null);
    for (String user : List.of("bob", "")) {
      SessionRef byId = new SessionRef.ById(first.agentId(), session.sessionId(), user);
      SessionRef byKey = new SessionRef.ByKey(first.agentId(), "key", user);
      for (SessionRef ref : List.of(byId, byKey)) {
        assertThat(get(store().findSession(ref, Cancellation.NONE))).isEmpty();
        assertThat(get(store().listMessages(query(ref, true, 0, 1), Cancellation.NONE))).isEmpty();
        refused(ErrorReason.SESSION_NOT_FOUND, store().updateSession(ref, s -> s));
        refused(
            ErrorReason.SESSION_NOT_FOUND,
            store().deleteSession(ref, s -> {}, AuditContexts.any()));
        refused(
            ErrorReason.SESSION_NOT_FOUND,
            store().append(append(ref, null, OptionalLong.empty(), List.of(Sessions.draft("no")))));
      }
    }
    SessionRef anns = new SessionRef.ByKey(first.agentId(), "key", "ann");
    assertThat(get(store().findSession(anns, Cancellation.NONE))).contains(session);
  }

  @Test
  void append_makesASessionUnderAKeyThatAnotherUserHolds_refused() {
    Session session = make(first, "key", "ann", null);
    SessionRef bobs = new SessionRef.ByKey(first.agentId(), "key", "bob");
    Session missing = Sessions.of(first.agentId(), "key");

    refused(
        ErrorReason.KEY_IN_USE,
        store().append(append(bobs, missing, OptionalLong.empty(), List.of(Sessions.draft("no")))));

    assertThat(messages(session)).isEmpty();
  }

  @Test
  void append_countsWhatUserAndAgentSaid() {
    Session session = make(first, "key", null, null);

    appended(session, Sessions.draft(Role.USER, "a"), Sessions.draft(Role.SYSTEM, "b"));
    appended(session, Sessions.draft(Role.ASSISTANT, "c"), Sessions.draft(Role.TOOL, "d"));
    appended(session, Sessions.draft("same", "e"), Sessions.draft("same", "e"));
    Session after = appended(session, Sessions.draft("same", "e")).session();

    assertThat(after.messageCount()).isEqualTo(5);
    assertThat(after.spokenCount()).isEqualTo(3);
  }

  private List<Session> makeMany(int count) {
    Random random = new Random(7);
    List<Session> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Agent agent = List.of(first, second, foreign).get(random.nextInt(3));
      String user = Stream.of(null, "ann", "ann ").toList().get(random.nextInt(3));
      String client = Stream.of(null, "web", "app").toList().get(random.nextInt(3));
      Session session = make(agent, "key " + i, user, client);
      made.add(i % 9 == 0 ? archive(session) : session);
    }
    for (int i = 0; i < count; i += 4) {
      if (!made.get(i).isArchived()) {
        made.set(i, appended(made.get(i), Sessions.draft("moves")).session());
      }
    }
    return made;
  }

  private Session make(Agent agent, String key, String user, String client) {
    Session session =
        Session.create(
            agent.agentId(), UUID.randomUUID(), key, ofUser(user, client), clock.instant());
    return get(store().createSession(session));
  }

  private static Session.Profile ofUser(String user, String client) {
    return Session.Profile.EMPTY.withUser(user).withClient(client);
  }

  private List<Session> expected(List<Session> made, SessionFilter filter, SessionOrder order) {
    return made.stream()
        .filter(order::lists)
        .filter(session -> !session.agentId().equals(foreign.agentId()))
        .filter(s -> filter.agentId() == null || filter.agentId().equals(s.agentId()))
        .filter(s -> filter.user() == null || filter.user().equals(s.profile().user()))
        .filter(s -> filter.client() == null || filter.client().equals(s.profile().client()))
        .sorted(order.sessions())
        .toList();
  }

  private List<Session> pages(SessionFilter filter, SessionOrder order, int size) {
    List<Session> all = new ArrayList<>();
    Cursor after = null;
    for (List<Session> page = page(filter, order, after, size);
        !page.isEmpty();
        page = page(filter, order, after, size)) {
      all.addAll(page);
      after = order.cursorOf(page.get(page.size() - 1));
    }
    return all;
  }

  private List<Session> page(SessionFilter filter, SessionOrder order, Cursor after, int limit) {
    SessionQuery query = new SessionQuery(filter, order, after, limit, NO_BYTES_MAX);
    return get(store().listSessions(query, Cancellation.NONE));
  }

  private List<Session> list(SessionFilter filter) {
    return page(filter, SessionOrder.UPDATE_TIME_DESC, null, SessionQuery.NO_LIMIT);
  }

  private List<Session> named(String key, SessionFilter filter) {
    return get(store().findSessions(filter, key, Cancellation.NONE));
  }

  private List<String> keys(SessionFilter filter) {
    return get(
        store().listKeys(new KeyQuery(filter, null, 100, Long.MAX_VALUE), Cancellation.NONE));
  }
}
