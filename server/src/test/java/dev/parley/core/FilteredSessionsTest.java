package dev.parley.core;

import static dev.parley.core.CoreFixture.message;
import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.auth.Caller;
import dev.parley.core.filter.SessionCount;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.query.ListOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares filtered lists with a scan of all sessions. */
class FilteredSessionsTest {
  private static final Comparator<Session> BY_UPDATE_TIME =
      Comparator.comparing(Session::updateTime, Comparator.reverseOrder())
          .thenComparing(Session::sessionId, ListOrder.BY_ID);
  private static final Comparator<Session> BY_CREATE_TIME =
      Comparator.comparing(Session::createTime, Comparator.reverseOrder())
          .thenComparing(Session::sessionId, ListOrder.BY_ID);
  private static final Map<String, Comparator<Session>> ORDERS =
      Map.of(
          "", BY_UPDATE_TIME,
          "update_time desc", BY_UPDATE_TIME,
          " update_time ", BY_UPDATE_TIME.reversed(),
          "create_time  desc", BY_CREATE_TIME,
          "create_time", BY_CREATE_TIME.reversed());

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
          Session.Profile profile =
              Session.Profile.EMPTY
                  .withUser(user)
                  .withClient(client)
                  .withLabels(Map.of("team", "t" + number % 2, "a.b_c-1", "x \"y\""));
          String key = "key " + number % 9;
          Session session = core.sessions.create(core.root, agent.agentId(), key, profile).join();
          all.add(core.append(session, message("x")).session());
          number++;
        }
      }
    }
    Session archived = core.create(core.root, "archived");
    core.archive(archived);
    // The order of updates differs from the order of creation.
    core.clock.advance(Duration.ofSeconds(1));
    for (int i = 0; i < all.size(); i += 4) {
      all.set(i, core.append(all.get(i), message("y")).session());
    }
    all.sort(ListOrder.NEWEST_FIRST);
  }

  private CompletableFuture<Page<Session>> read(
      Caller caller, UUID agentId, String filter, String order, PageRequest page) {
    return core.sessions.filtered().list(caller, agentId, filter, order, false, page);
  }

  private List<Session> list(Caller caller, UUID agentId, String filter, String order, int size) {
    List<Session> sessions = new ArrayList<>();
    String token = null;
    do {
      PageRequest request = new PageRequest(size, token);
      Page<Session> page = read(caller, agentId, filter, order, request).join();
      sessions.addAll(page.items());
      token = page.nextToken();
    } while (token != null);
    return sessions;
  }

  /** Checks a filter in each order. */
  private void assertLists(
      Caller caller, UUID agentId, String filter, Predicate<Session> expected) {
    ORDERS.forEach((order, sorted) -> assertLists(caller, agentId, filter, order, expected));
  }

  private void assertLists(
      Caller caller, UUID agentId, String filter, String order, Predicate<Session> expected) {
    List<Session> wanted =
        all.stream()
            .filter(session -> agentId == null || session.agentId().equals(agentId))
            .filter(expected)
            .sorted(ORDERS.get(order))
            .toList();
    for (int size : new int[] {1, 2, 99}) {
      assertThat(list(caller, agentId, filter, order, size))
          .as("%s of %s by %s in pages of %d", filter, agentId, order, size)
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

  private static boolean compares(Instant time, String operator, Instant pivot) {
    int order = time.compareTo(pivot);
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case "=" -> order == 0;
      case ">=" -> order >= 0;
      default -> order > 0;
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"<", "<=", "=", ">=", ">"})
  void updateTime_withEachOperator(String operator) {
    for (Session pivot : all) {
      Predicate<Session> expected =
          session -> compares(session.updateTime(), operator, pivot.updateTime());
      String filter = "update_time " + operator + " " + pivot.updateTime();
      for (String order : List.of("", " update_time ")) {
        assertLists(core.root, core.agentId(), filter, order, expected);
        assertLists(
            core.root,
            core.sibling.agentId(),
            filter + " AND user = bob",
            order,
            expected.and(session -> isOf(session, "bob")));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"<", "<=", "=", ">=", ">"})
  void createTime_withEachOperator(String operator) {
    for (Session pivot : all) {
      Predicate<Session> expected =
          session -> compares(session.createTime(), operator, pivot.createTime());
      String filter = "create_time " + operator + " " + pivot.createTime();
      for (String order : List.of("create_time", "create_time  desc")) {
        assertLists(core.root, null, filter, order, expected);
        assertLists(
            core.root,
            core.agentId(),
            filter + " AND client = web",
            order,
            expected.and(session -> "web".equals(session.profile().client())));
      }
    }
  }

  @Test
  void times_range() {
    Session newest = all.get(3);
    Session oldest = all.get(20);
    assertLists(
        core.root,
        null,
        "update_time > %s AND update_time <= %s"
            .formatted(oldest.updateTime(), newest.updateTime()),
        " update_time ",
        session ->
            session.updateTime().isAfter(oldest.updateTime())
                && !session.updateTime().isAfter(newest.updateTime()));
  }

  @Test
  void key_withAnyTimes_inAnyOrder() {
    Session pivot = all.get(9);
    assertLists(
        core.root,
        null,
        "key = \"%s\" AND update_time >= %s AND create_time <= %s"
            .formatted(pivot.key(), pivot.updateTime(), pivot.createTime()),
        session ->
            session.key().equals(pivot.key())
                && !session.updateTime().isBefore(pivot.updateTime())
                && !session.createTime().isAfter(pivot.createTime()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "label = x || filter at position 1: no index serves a filter on label",
        "user = a AND chat_type = x || filter at position 14: no index serves a filter on chat",
        "last_channel = x || filter at position 1: no index serves a filter on last_channel",
        "user != ada || filter at position 1: no index serves user with the operator !=",
        "client : web || filter at position 1: no index serves client with the operator :",
        "create_time > 2026-01-01T00:00:00Z || filter at position 1: a filter on create_time req",
        "user = a AND update_time > 2026-01-01T00:00:00Z | create_time | filter at position 14",
        "update_time : 2026-01-01T00:00:00Z || filter at position 1: no index serves update_time",
        "labels.a != x || filter at position 1: no index serves labels.a with the operator !=",
        "labels.a = x AND labels.b = x || filter at position 18: no index serves two labels",
        "user = x AND labels.b = x || filter at position 14: no index serves a label together",
        "user = ada | label | order_by at position 1: no index orders sessions by label",
        "user = ada | ' key desc' | order_by at position 2: no index orders sessions by key"
      })
  void pairWithoutIndex_refusedWithPositionAndPairsThatAre(
      String filter, String order, String message) {
    PageRequest page = new PageRequest(1, null);
    String orderBy = order == null ? "" : order;

    assertThatThrownBy(() -> read(core.root, core.agentId(), filter, orderBy, page))
        .isInstanceOfSatisfying(
            SessionException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.FILTER_NOT_INDEXED))
        .hasMessageStartingWith(message)
        .hasMessageContaining("with an index: ")
        .hasMessageContaining("update_time");
  }

  @Test
  void label_ofOneAgentAndOfAll() {
    Predicate<Session> ofTeam = session -> "t1".equals(session.profile().labels().get("team"));
    assertLists(
        core.agentKey,
        core.agentId(),
        "labels.team = t1",
        session -> ofTeam.test(session) && session.agentId().equals(core.agentId()));
    assertLists(
        core.master,
        null,
        "labels.team = t1",
        session -> ofTeam.test(session) && !session.agentId().equals(core.foreign.agentId()));
    assertLists(
        core.root,
        null,
        "owner = globex AND labels.team = t1",
        session -> ofTeam.test(session) && session.agentId().equals(core.foreign.agentId()));
    assertLists(core.root, null, "labels.a.b_c-1 = \"x \\\"y\\\"\"", session -> true);
    assertLists(core.root, null, "labels.team = t", session -> false);
    assertLists(core.root, null, "labels.t = t1", session -> false);
    assertLists(
        core.root,
        null,
        "labels.team = t1 AND update_time < " + all.get(9).updateTime(),
        "",
        session -> ofTeam.test(session) && session.updateTime().isBefore(all.get(9).updateTime()));
    assertLists(
        core.root,
        null,
        "owner = acme AND labels.team = t1 AND user = ada AND key = \"key 1\"",
        session ->
            ofTeam.test(session)
                && isOf(session, "ada")
                && session.key().equals("key 1")
                && !session.agentId().equals(core.foreign.agentId()));
    assertLists(
        core.ada,
        core.agentId(),
        "labels.team = t1 AND key = \"key 1\"",
        session ->
            ofTeam.test(session)
                && isOf(session, "ada")
                && session.key().equals("key 1")
                && session.agentId().equals(core.agentId()));
  }

  @Test
  void labelsOfOneUser_refused() {
    assertReason(
        ErrorReason.FILTER_NOT_INDEXED,
        () -> read(core.ada, null, "labels.team = t1", "", new PageRequest(1, null)));
  }

  @Test
  void countByBothTimes_refused() {
    assertReason(
        ErrorReason.FILTER_NOT_INDEXED,
        () ->
            core.sessions.count(
                core.root,
                null,
                "create_time > 2026-01-01T00:00:00Z AND update_time > 2026-01-01T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update_time asc",
        "update_time DESC",
        "updateTime",
        "update_time,key",
        ",",
        "desc"
      })
  void invalidOrder_refused(String order) {
    assertReason(
        ErrorReason.INVALID_FIELD,
        () -> read(core.root, core.agentId(), "", order, new PageRequest(1, null)));
  }

  @Test
  void noFilter_inEachOrder() {
    assertLists(core.root, null, "", session -> true);
    assertLists(
        core.agentKey, core.agentId(), "", session -> session.agentId().equals(core.agentId()));
  }

  @Test
  void tokenOfAnotherOrder_refused() {
    PageRequest first = new PageRequest(1, null);
    String token =
        read(core.root, core.agentId(), "user = ada", "create_time", first).join().nextToken();

    for (String order : List.of("", "update_time", "create_time desc")) {
      assertReason(
          ErrorReason.INVALID_PAGE_TOKEN,
          () -> read(core.root, core.agentId(), "user = ada", order, new PageRequest(1, token)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "users = ada",
        "labels = a",
        "labels.A = a",
        "labels.a/b = a",
        "labels.nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn = a",
        "user = ada AND user = bob",
        "update_time > yesterday",
        "user",
        "update_time < \"+10000-01-01T00:00:00Z\"",
        "update_time > \"-0001-01-01T00:00:00Z\""
      })
  void invalidFilter_refused(String filter) {
    assertReason(
        ErrorReason.INVALID_FIELD,
        () -> read(core.root, core.agentId(), filter, "", new PageRequest(1, null)));
  }

  @Test
  void tokenOfAnotherFilter_refused() {
    String token =
        read(core.root, core.agentId(), "user = ada", "", new PageRequest(1, null))
            .join()
            .nextToken();

    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () -> read(core.root, core.agentId(), "user = bob", "", new PageRequest(1, token)));
  }
}
