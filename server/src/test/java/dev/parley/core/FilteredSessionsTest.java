package dev.parley.core;

import static dev.parley.core.CoreFixture.message;
import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.auth.Caller;
import dev.parley.core.filter.SessionCount;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.storage.query.ListOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares filtered lists with a scan of all sessions. */
class FilteredSessionsTest {
  private final CoreFixture core = new CoreFixture();
  private final List<Session> all = new ArrayList<>();

  @BeforeEach
  void createSessions() {
    int number = 0;
    for (Agent agent : List.of(core.agent, core.sibling, core.foreign)) {
      for (String user : new String[] {"ada", "bob", null}) {
        for (String client : new String[] {"web", "bot", null}) {
          // Two sessions each have the same time.
          core.clock.advance(Duration.ofSeconds(number % 2));
          Session.Profile profile = Session.Profile.EMPTY.withUser(user).withClient(client);
          String key = "key " + number % 9;
          Session session = core.sessions.create(core.root, agent.agentId(), key, profile).join();
          all.add(core.append(session, message("x")).session());
          number++;
        }
      }
    }
    Session archived = core.create(core.root, "archived");
    core.archive(archived);
    all.sort(ListOrder.NEWEST_FIRST);
  }

  private List<Session> list(Caller caller, UUID agentId, String filter, int size) {
    List<Session> sessions = new ArrayList<>();
    String token = null;
    do {
      PageRequest request = new PageRequest(size, token);
      Page<Session> page = core.sessions.listFiltered(caller, agentId, filter, request).join();
      sessions.addAll(page.items());
      token = page.nextToken();
    } while (token != null);
    return sessions;
  }

  private void assertLists(
      Caller caller, UUID agentId, String filter, Predicate<Session> expected) {
    List<Session> wanted =
        all.stream()
            .filter(session -> agentId == null || session.agentId().equals(agentId))
            .filter(expected)
            .toList();
    for (int size : new int[] {1, 2, 99}) {
      assertThat(list(caller, agentId, filter, size))
          .as("%s of %s in pages of %d", filter, agentId, size)
          .isEqualTo(wanted);
    }
    assertThat(core.sessions.count(caller, agentId, filter).join())
        .isEqualTo(new SessionCount(wanted.size(), false));
  }

  @Test
  void count_isExactUpToTheMaximum() {
    Agent many = core.newAgent("acme");
    for (int i = 0; i < SessionCount.MAX; i++) {
      core.sessions.create(core.root, many.agentId(), "k" + i, Session.Profile.EMPTY).join();
    }
    assertThat(core.sessions.count(core.root, many.agentId(), "").join())
        .isEqualTo(new SessionCount(SessionCount.MAX, false));
    core.sessions.create(core.root, many.agentId(), "last", Session.Profile.EMPTY).join();
    assertThat(core.sessions.count(core.root, many.agentId(), "").join())
        .isEqualTo(new SessionCount(SessionCount.MAX, true));
  }

  private static boolean isOf(Session session, String user) {
    return user.equals(session.profile().user());
  }

  @Test
  void user_client_andKey_ofOneAgent() {
    UUID agentId = core.agentId();
    for (Caller caller : List.of(core.root, core.master, core.agentKey)) {
      assertLists(caller, agentId, "user = ada", session -> isOf(session, "ada"));
      assertLists(
          caller, agentId, "client = bot", session -> "bot".equals(session.profile().client()));
      assertLists(
          caller,
          agentId,
          "client = web AND user = bob",
          session -> isOf(session, "bob") && "web".equals(session.profile().client()));
      assertLists(caller, agentId, "key = \"key 4\"", session -> session.key().equals("key 4"));
      assertLists(caller, agentId, "key = \"key 4\" AND user = nobody", session -> false);
      assertLists(caller, agentId, "key = archived", session -> false);
    }
  }

  @Test
  void allAgents_thoseThatTheCallerMaySee() {
    assertLists(
        core.master,
        null,
        "user = ada",
        session -> isOf(session, "ada") && !session.agentId().equals(core.foreign.agentId()));
    assertLists(
        core.foreignMaster,
        null,
        "client = web",
        session ->
            "web".equals(session.profile().client())
                && session.agentId().equals(core.foreign.agentId()));
    assertLists(
        core.agentKey,
        null,
        "user = ada",
        session -> isOf(session, "ada") && session.agentId().equals(core.agentId()));
    assertLists(core.root, null, "key = \"key 4\"", session -> session.key().equals("key 4"));
    assertLists(
        core.root,
        null,
        "owner = globex AND user = ada",
        session -> isOf(session, "ada") && session.agentId().equals(core.foreign.agentId()));
  }

  @Test
  void userToken_seesItsOwnSessionsOnly() {
    Predicate<Session> ofAda =
        session -> isOf(session, "ada") && !session.agentId().equals(core.foreign.agentId());
    assertLists(core.ada, null, "user = ada", ofAda);
    assertLists(core.ada, null, "user = bob", session -> false);
    assertLists(core.ada, null, "owner = globex", session -> false);
    assertLists(
        core.ada,
        core.agentId(),
        "client = web",
        session -> isOf(session, "ada") && "web".equals(session.profile().client()));
    assertLists(core.master, null, "owner = globex", session -> false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<", "<=", "=", ">=", ">"})
  void updateTime_withEachOperator(String operator) {
    for (Session pivot : all) {
      Predicate<Session> expected =
          session -> {
            int order = session.updateTime().compareTo(pivot.updateTime());
            return switch (operator) {
              case "<" -> order < 0;
              case "<=" -> order <= 0;
              case "=" -> order == 0;
              case ">=" -> order >= 0;
              default -> order > 0;
            };
          };
      String filter = "update_time " + operator + " " + pivot.updateTime();
      assertLists(core.root, core.agentId(), filter, expected);
      assertLists(
          core.root,
          core.sibling.agentId(),
          filter + " AND user = bob",
          expected.and(session -> isOf(session, "bob")));
    }
  }

  @Test
  void updateTime_range() {
    Session newest = all.get(3);
    Session oldest = all.get(20);
    assertLists(
        core.root,
        null,
        "update_time > %s AND update_time <= %s"
            .formatted(oldest.updateTime(), newest.updateTime()),
        session ->
            session.updateTime().isAfter(oldest.updateTime())
                && !session.updateTime().isAfter(newest.updateTime()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "label = x",
        "user != ada",
        "client : web",
        "create_time > 2026-01-01T00:00:00Z",
        "update_time : 2026-01-01T00:00:00Z"
      })
  void filterWithoutIndex_refused(String filter) {
    assertReason(
        ErrorReason.FILTER_NOT_INDEXED,
        () ->
            core.sessions.listFiltered(
                core.root, core.agentId(), filter, new PageRequest(1, null)));
  }

  @Test
  void userOfAllAgents_withoutOwner_refusedForRoot() {
    assertReason(
        ErrorReason.FILTER_NOT_INDEXED,
        () -> core.sessions.listFiltered(core.root, null, "user = ada", new PageRequest(1, null)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "users = ada",
        "user = ada AND user = bob",
        "update_time > yesterday",
        "user",
        "update_time < \"+10000-01-01T00:00:00Z\"",
        "update_time > \"-0001-01-01T00:00:00Z\""
      })
  void invalidFilter_refused(String filter) {
    assertReason(
        ErrorReason.INVALID_FIELD,
        () ->
            core.sessions.listFiltered(
                core.root, core.agentId(), filter, new PageRequest(1, null)));
  }

  @Test
  void tokenOfAnotherFilter_refused() {
    String token =
        core.sessions
            .listFiltered(core.root, core.agentId(), "user = ada", new PageRequest(1, null))
            .join()
            .nextToken();

    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () ->
            core.sessions.listFiltered(
                core.root, core.agentId(), "user = bob", new PageRequest(1, token)));
  }
}
