package dev.parley.core;

import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.auth.Caller;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.query.ListOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists of active and archived sessions together, compared with a scan of all sessions. */
class ShowArchivedTest {
  private static final Comparator<Session> FIRST_CREATED_LAST =
      Comparator.comparing(Session::createTime, Comparator.reverseOrder())
          .thenComparing(Session::sessionId, ListOrder.BY_ID);

  private final CoreFixture core = new CoreFixture();
  private final List<Session> all = new ArrayList<>();

  @BeforeEach
  void createSessions() {
    for (Agent agent : List.of(core.agent, core.sibling, core.foreign)) {
      for (int i = 0; i < 9; i++) {
        // Three sessions each have the same time.
        if (i % 3 == 0) {
          core.clock.advance();
        }
        Session.Profile profile =
            Session.Profile.EMPTY
                .withUser(i % 2 == 0 ? "ada" : null)
                .withClient(i % 4 == 0 ? "web" : null);
        String key = "key " + i;
        Session session = core.sessions.create(core.root, agent.agentId(), key, profile).join();
        all.add(session);
      }
    }
    for (int i = 0; i < all.size(); i += 2) {
      all.set(i, core.archive(all.get(i)));
    }
  }

  private CompletableFuture<Page<Session>> read(
      Caller caller,
      UUID agentId,
      String filter,
      String order,
      boolean archived,
      PageRequest page) {
    return core.sessions.filtered().list(caller, agentId, filter, order, archived, page);
  }

  private void assertLists(
      Caller caller, UUID agentId, String filter, Predicate<Session> expected) {
    for (String order : List.of("create_time desc", "create_time")) {
      Comparator<Session> sorted =
          order.endsWith("desc") ? FIRST_CREATED_LAST : FIRST_CREATED_LAST.reversed();
      for (int size : new int[] {1, 4, 99}) {
        List<Session> listed = new ArrayList<>();
        String token = null;
        do {
          Page<Session> page =
              read(caller, agentId, filter, order, true, new PageRequest(size, token)).join();
          listed.addAll(page.items());
          token = page.nextToken();
        } while (token != null);

        assertThat(listed)
            .as("%s by %s in pages of %d", filter, order, size)
            .isEqualTo(all.stream().filter(expected).sorted(sorted).toList());
      }
    }
  }

  private Predicate<Session> isOf(UUID agentId) {
    return session -> session.agentId().equals(agentId);
  }

  private static boolean isOfAda(Session session) {
    return "ada".equals(session.profile().user());
  }

  @Test
  void list_activeAndArchivedInOneOrder() {
    Instant time = all.get(4).createTime();
    Predicate<Session> ofOwner = isOf(core.foreign.agentId()).negate();

    assertLists(core.root, null, "", session -> true);
    assertLists(core.master, null, "", ofOwner);
    assertLists(core.master, core.agentId(), "", isOf(core.agentId()));
    assertLists(core.master, null, "user = ada", ofOwner.and(ShowArchivedTest::isOfAda));
    assertLists(
        core.agentKey,
        null,
        "create_time >= " + time,
        isOf(core.agentId()).and(session -> !session.createTime().isBefore(time)));
    assertLists(core.ada, null, "", ofOwner.and(ShowArchivedTest::isOfAda));
    assertLists(core.ada, core.agentId(), "", isOf(core.agentId()).and(ShowArchivedTest::isOfAda));
  }

  @Test
  void list_withoutShowArchived_onlyActive() {
    assertThat(
            read(core.root, null, "", "create_time", false, new PageRequest(99, null))
                .join()
                .items())
        .hasSize(13)
        .noneMatch(Session::isArchived);
  }

  @ParameterizedTest
  @CsvSource({
    "'','',update_time,1",
    "'',update_time,update_time,1",
    "client = web,create_time,client,1",
    "user = ada AND client = web,create_time,client,16",
    "key = x,create_time desc,key,1",
    "labels.team = t1,create_time,labels.team,1",
    "update_time > 2026-03-01T00:00:05Z,create_time,update_time,1"
  })
  void list_whatNoIndexServes_refusedWithFieldAndPosition(
      String filter, String order, String field, String position) {
    SessionException failure =
        assertReason(
            ErrorReason.FILTER_NOT_INDEXED,
            () -> read(core.master, null, filter, order, true, new PageRequest(9, null)));

    assertThat(failure.metadata())
        .containsEntry("field", field)
        .containsEntry("position", position);
    assertThat(failure).hasMessageContaining("create_time");
  }

  @Test
  void list_tokenOfTheListOfActiveSessions_refused() {
    PageRequest first = new PageRequest(1, null);
    String token = read(core.master, null, "", "create_time", false, first).join().nextToken();

    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () -> read(core.master, null, "", "create_time", true, new PageRequest(1, token)));
  }
}
