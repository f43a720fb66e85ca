package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionFilter.Label;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Labels of sessions, and lists by label. */
abstract class LabelCases extends StoreCases {
  /** The orders of active sessions, which are the ones with an index by label. */
  private static final List<SessionOrder> ORDERS =
      Stream.of(SessionOrder.values()).filter(order -> !order.listsArchived()).toList();

  private String owner;
  private Agent first;
  private Agent second;

  @BeforeEach
  void createAgents() {
    owner = Agents.owner();
    first = get(store().createAgent(Agents.of(owner), AuditContexts.any()));
    second = get(store().createAgent(Agents.of(owner), AuditContexts.any()));
  }

  @Test
  void listSessions_everyLabelAndOrder_asIfAllRowsWereLookedAt() {
    List<Session> made = createMany(60);

    for (UUID agentId : new UUID[] {null, first.agentId()}) {
      for (Label label :
          List.of(
              new Label("team", "a"),
              new Label("team", "ab"),
              new Label("teama", ""),
              new Label("team", ""),
              new Label("none", "a"))) {
        SessionFilter filter = new SessionFilter(agentId, owner, null, null, label);
        for (SessionOrder order : ORDERS) {
          List<Session> expected =
              made.stream()
                  .filter(session -> !session.isArchived())
                  .filter(session -> agentId == null || agentId.equals(session.agentId()))
                  .filter(s -> label.value().equals(s.profile().labels().get(label.name())))
                  .sorted(order.sessions())
                  .toList();
          for (int size : new int[] {1, 7, 100}) {
            assertThat(pages(filter, order, size))
                .as("%s by %s in pages of %d", filter, order, size)
                .isEqualTo(expected);
          }
        }
      }
    }
  }

  @Test
  void session_keepsItsLabels() {
    Map<String, String> most = new TreeMap<>();
    for (int i = 0; i < 64; i++) {
      most.put("n".repeat(61) + (10 + i), "\uD83D\uDE00".repeat(255));
    }
    most.remove("n".repeat(61) + 10);
    most.put("a", "");
    most.put("b", "x = \"y\" \u2028 z");

    Session session = create(first, most);

    assertThat(session.profile().labels()).isEqualTo(most);
    assertThat(find(session)).isEqualTo(session);
    assertThat(appended(session, Sessions.draft("x")).session().profile().labels()).isEqualTo(most);
    assertThat(list("b", most.get("b"))).hasSize(1);
  }

  @Test
  void updateSession_replacesLabels() {
    Session session = create(first, Map.of("team", "a", "stage", "test"));

    session = update(session, Map.of("team", "b"));

    assertThat(list("team", "a")).isEmpty();
    assertThat(list("stage", "test")).isEmpty();
    assertThat(list("team", "b")).containsExactly(session);

    session = update(session, Map.of());

    assertThat(list("team", "b")).isEmpty();
    assertThat(find(session).profile().labels()).isEmpty();
  }

  @Test
  void append_movesTheSessionInListsByLabel() {
    Session one = create(first, Map.of("team", "a"));
    Session two = create(second, Map.of("team", "a"));
    assertThat(list("team", "a")).containsExactly(two, one);

    one = appended(one, Sessions.draft("moves")).session();

    assertThat(list("team", "a")).containsExactly(one, two);
    assertThat(
            page(filter("team", "a"), SessionOrder.CREATE_TIME_DESC, null, SessionQuery.NO_LIMIT))
        .containsExactly(two, one);
  }

  @Test
  void append_createsTheSessionWithLabels() {
    Session missing =
        Session.create(
            first.agentId(),
            UUID.randomUUID(),
            "key",
            Session.Profile.EMPTY.withLabels(Map.of("team", "a")),
            clock.instant());
    SessionRef ref = new SessionRef.ByKey(first.agentId(), "key", null);

    Session made =
        get(store()
                .append(append(ref, missing, OptionalLong.empty(), List.of(Sessions.draft("x")))))
            .session();

    assertThat(list("team", "a")).containsExactly(made);
  }

  @Test
  void archivedAndDeletedSessions_areInNoListByLabel() {
    Session session = archive(create(first, Map.of("team", "a")));
    assertThat(list("team", "a")).isEmpty();

    session = get(restore(session));
    assertThat(list("team", "a")).containsExactly(session);

    get(delete(session));
    assertThat(list("team", "a")).isEmpty();

    Session other = create(second, Map.of("team", "a"));
    assertThat(list("team", "a")).containsExactly(other);
    get(store().deleteAgent(second.agentId(), AuditContexts.any()));
    assertThat(list("team", "a")).isEmpty();
  }

  @Test
  void combinationsWithoutIndex_areRefused() {
    Label label = new Label("team", "a");
    SessionFilter filter = filter("team", "a");

    assertThatThrownBy(() -> new SessionFilter(null, owner, "ann", null, label))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SessionFilter(null, owner, null, "web", label))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SessionQuery(filter, SessionOrder.ARCHIVE_TIME_DESC, null, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new KeyQuery(filter, null, 1, NO_BYTES_MAX))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private List<Session> createMany(int count) {
    Random random = new Random(7);
    List<Map<String, String>> labels =
        List.of(
            Map.of(),
            Map.of("team", "a"),
            Map.of("team", "ab", "teama", ""),
            Map.of("team", "", "stage", "test"));
    List<Session> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Session session = create(random.nextBoolean() ? first : second, labels.get(i % 4));
      made.add(i % 9 == 0 ? archive(session) : session);
    }
    for (int i = 1; i < count; i += 5) {
      if (!made.get(i).isArchived()) {
        made.set(i, appended(made.get(i), Sessions.draft("moves")).session());
      }
    }
    return made;
  }

  private Session create(Agent agent, Map<String, String> labels) {
    UUID id = UUID.randomUUID();
    Session.Profile profile = Session.Profile.EMPTY.withLabels(labels);
    return get(
        store()
            .createSession(
                Session.create(agent.agentId(), id, id.toString(), profile, clock.instant())));
  }

  private Session update(Session session, Map<String, String> labels) {
    return get(
        store()
            .updateSession(
                Sessions.ref(session), s -> s.withProfile(s.profile().withLabels(labels))));
  }

  private SessionFilter filter(String name, String value) {
    return new SessionFilter(null, owner, null, null, new Label(name, value));
  }

  private List<Session> list(String name, String value) {
    return page(filter(name, value), SessionOrder.UPDATE_TIME_DESC, null, SessionQuery.NO_LIMIT);
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
}
