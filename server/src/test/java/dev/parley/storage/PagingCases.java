package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Session;
import dev.parley.storage.query.Cursor;
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
import java.util.UUID;
import org.junit.jupiter.api.Test;

abstract class PagingCases extends StoreCases {
  private static final UUID ALL_ONES = new UUID(-1, -1);

  @Test
  void listSessions_unknownAgent_empty() {
    assertThat(list(UUID.randomUUID(), false)).isEmpty();
    assertThat(list(UUID.randomUUID(), true)).isEmpty();
  }

  @Test
  void listSessions_newestFirstByPages() {
    UUID agentId = newAgent().agentId();
    newSession();
    List<Session> made = make(agentId, 7);
    Collections.reverse(made);

    assertThat(page(agentId, null, 3)).isEqualTo(made.subList(0, 3));
    assertThat(page(agentId, made.get(2), 3)).isEqualTo(made.subList(3, 6));
    assertThat(page(agentId, made.get(5), 3)).isEqualTo(made.subList(6, 7));
    assertThat(page(agentId, made.get(6), 3)).isEmpty();
    assertThat(list(agentId, false)).isEqualTo(made);
  }

  @Test
  void listSessions_sameTime_bySessionIdUnsigned() {
    UUID agentId = newAgent().agentId();
    Instant time = clock.instant();
    List<Session> expected = new ArrayList<>();
    for (UUID id : List.of(new UUID(1, -1), new UUID(Long.MAX_VALUE, 0), new UUID(-1, 5))) {
      expected.add(Sessions.of(agentId, id, id.toString(), time));
    }
    for (int i : new int[] {2, 0, 1}) {
      get(store().createSession(expected.get(i)));
    }

    assertThat(list(agentId, false)).isEqualTo(expected);
    assertThat(page(agentId, expected.get(0), 1)).containsExactly(expected.get(1));
    assertThat(page(agentId, expected.get(1), 1)).containsExactly(expected.get(2));
  }

  @Test
  void listSessions_manyWithoutLimit_complete() {
    UUID agentId = newAgent().agentId();
    List<Session> made = make(agentId, 600);
    Collections.reverse(made);

    assertThat(list(agentId, false)).isEqualTo(made);
  }

  @Test
  void listSessions_rowsMoveToTheFrontBetweenPages_noneTwiceAndNoUnmovedLost() {
    UUID agentId = newAgent().agentId();
    List<Session> made = make(agentId, 30);
    clock.advance(Duration.ofDays(1));
    List<UUID> seen = new ArrayList<>();

    Session last = null;
    for (List<Session> page = page(agentId, null, 4);
        !page.isEmpty();
        page = page(agentId, last, 4)) {
      page.forEach(session -> seen.add(session.sessionId()));
      last = page.get(page.size() - 1);
      // One that was listed, one that was not, and the one that the cursor names.
      appended(made.get(29), Sessions.draft("moves"));
      appended(made.get(5), Sessions.draft("moves"));
      appended(last, Sessions.draft("moves"));
    }

    List<UUID> unmoved = new ArrayList<>(made.stream().map(Session::sessionId).toList());
    unmoved.remove(5);
    assertThat(seen).doesNotHaveDuplicates().containsAll(unmoved);
  }

  @Test
  void listSessions_bytes_endAfterTheSessionThatPassesTheBound() {
    UUID agentId = newAgent().agentId();
    for (int i = 0; i < 200; i++) {
      newSession(agentId);
    }
    SessionFilter filter = SessionFilter.ofAgent(agentId);
    int each = list(agentId, false).get(0).bytes();

    for (int count : new int[] {1, 2, 128, 129, 200}) {
      SessionQuery query =
          new SessionQuery(filter, SessionOrder.UPDATE_TIME_DESC, null, 300, (count - 1L) * each);
      assertThat(get(store().listSessions(query, Cancellation.NONE)))
          .isEqualTo(list(agentId, false).subList(0, count));
    }
  }

  @Test
  void listSessions_cursorOfADeletedSession_goesOnBehindIt() {
    UUID agentId = newAgent().agentId();
    List<Session> made = make(agentId, 3);
    get(delete(made.get(1)));

    assertThat(page(agentId, made.get(1), 5)).containsExactly(made.get(0));
  }

  @Test
  void listSessions_archived_lastArchivedFirstByPages() {
    UUID agentId = newAgent().agentId();
    List<Session> made = make(agentId, 3);
    Session first = archive(made.get(2));
    Session second = archive(made.get(0));
    Session third = archive(made.get(1));

    assertThat(list(agentId, true)).containsExactly(third, second, first);
    Cursor after = new Cursor(second.archiveTime(), second.sessionId());
    assertThat(
            get(
                store()
                    .listSessions(
                        new SessionQuery(
                            SessionFilter.ofAgent(agentId),
                            SessionOrder.ARCHIVE_TIME_DESC,
                            after,
                            5),
                        Cancellation.NONE)))
        .containsExactly(first);
  }

  @Test
  void listSessions_idsOfOnesOnly_areListedAndRemoved() {
    if (get(store().findAgent(ALL_ONES)).isPresent()) {
      get(store().deleteAgent(ALL_ONES, AuditContexts.any()));
    }
    get(store().createAgent(Agents.of(ALL_ONES, "owner"), AuditContexts.any()));
    Session session =
        get(store().createSession(Sessions.of(ALL_ONES, ALL_ONES, "key", clock.instant())));
    session = appended(session, Sessions.draft("a")).session();

    assertThat(list(ALL_ONES, false)).containsExactly(session);
    assertThat(texts(messages(session))).containsExactly("a");
    get(store().deleteAgent(ALL_ONES, AuditContexts.any()));
    assertThat(list(ALL_ONES, false)).isEmpty();
    assertThat(get(store().findSession(Sessions.ref(session), Cancellation.NONE))).isEmpty();
  }

  private List<Session> make(UUID agentId, int count) {
    List<Session> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(Sessions.of(agentId, "key " + i, clock.instant()));
    }
    made.stream().map(store()::createSession).toList().forEach(StoreCases::get);
    return made;
  }

  private List<Session> page(UUID agentId, Session after, int limit) {
    Cursor cursor = after == null ? null : new Cursor(after.updateTime(), after.sessionId());
    return get(
        store()
            .listSessions(
                new SessionQuery(
                    SessionFilter.ofAgent(agentId), SessionOrder.UPDATE_TIME_DESC, cursor, limit),
                Cancellation.NONE));
  }
}
