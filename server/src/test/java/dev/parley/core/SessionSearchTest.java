package dev.parley.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.page.Page;
import dev.parley.core.page.SessionSearch;
import dev.parley.model.Expiry;
import dev.parley.model.Json;
import dev.parley.model.Session;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.testing.Sessions;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The maximum cost of a search. The wire tests check its results. */
class SessionSearchTest {
  private static final UUID AGENT = UUID.randomUUID();
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  private final List<SessionQuery> queries = new ArrayList<>();

  @Test
  void page_nothingFoundInTenThousand_emptyAndNotTheLast() {
    List<Session> sessions = sessions(10_001, "other");

    Page<Session> page = search(sessions, "wanted", 100);

    assertThat(page.items()).isEmpty();
    assertThat(page.nextToken()).isEqualTo("9999");
    assertThat(queries.stream().mapToInt(SessionQuery::limit).sum()).isEqualTo(10_000);
  }

  @Test
  void page_nothingFoundInFewer_emptyAndLast() {
    Page<Session> page = search(sessions(9_999, "other"), "wanted", 100);

    assertThat(page.items()).isEmpty();
    assertThat(page.nextToken()).isNull();
  }

  @Test
  void page_full_looksNoFurther() {
    Page<Session> page = search(sessions(2_000, "wanted"), "WANTED", 3);

    assertThat(page.items()).hasSize(3);
    assertThat(page.nextToken()).isEqualTo("2");
    assertThat(queries).hasSize(1);
  }

  @Test
  void page_partInLabelOnly_found() {
    Session.Profile labelled = Session.Profile.EMPTY.withLabel("I am Wanted");
    Session session = Session.create(AGENT, new UUID(0, 0), "key", labelled, TIME);

    assertThat(search(List.of(session), "wanted", 9)).isEqualTo(new Page<>(List.of(session), null));
  }

  @Test
  void page_partInLastChannelOnly_found() {
    Session wanted = withChannel(0, "Telegram");
    List<Session> sessions = List.of(wanted, withChannel(1, "slack"));

    assertThat(search(sessions, "gram", 9)).isEqualTo(new Page<>(List.of(wanted), null));
  }

  private static Session withChannel(int number, String channel) {
    Session.Profile profile =
        new Session.Profile(
            null,
            null,
            null,
            Session.Profile.AGENT_VERSION_DEFAULT,
            null,
            channel,
            null,
            Json.EMPTY_OBJECT,
            Session.Profile.NO_LABELS,
            Expiry.UNSET);
    return Session.create(AGENT, new UUID(0, number), "key" + number, profile, TIME);
  }

  @Test
  void page_largeSessions_endsBeforeItTakesTooManyBytes() {
    Session.Profile large = Session.Profile.EMPTY.withLabel("x".repeat(1 << 20));
    List<Session> sessions = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      sessions.add(
          Session.create(AGENT, new UUID(0, i), "wanted" + i, large, TIME.minusSeconds(i)));
    }

    Page<Session> page = search(sessions, "wanted", 9);

    assertThat(page.items()).isEqualTo(sessions.subList(0, 2));
    assertThat(page.nextToken()).isEqualTo("1");
  }

  @Test
  void page_fullAtTheEndOfTheList_isTheLast() {
    List<Session> sessions = sessions(3, "wanted");

    assertThat(search(sessions, "wanted", 3)).isEqualTo(new Page<>(sessions, null));
  }

  private Page<Session> search(List<Session> sessions, String part, int size) {
    return new SessionSearch(
            store(sessions),
            SessionFilter.ofAgent(AGENT),
            SessionOrder.UPDATE_TIME_DESC,
            part,
            size,
            last -> Integer.toString(indexOf(sessions, last)),
            Cancellation.NONE)
        .after(null)
        .join();
  }

  private static List<Session> sessions(int count, String key) {
    List<Session> sessions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sessions.add(Sessions.of(AGENT, new UUID(0, i), key + i, TIME.minusSeconds(i)));
    }
    return sessions;
  }

  private static int indexOf(List<Session> sessions, Cursor cursor) {
    return sessions.isEmpty() ? -1 : (int) cursor.sessionId().getLeastSignificantBits();
  }

  /** A store that lists sessions, and counts how often. */
  private Store store(List<Session> sessions) {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              SessionQuery query = (SessionQuery) arguments[0];
              queries.add(query);
              int from = query.after() == null ? 0 : indexOf(sessions, query.after()) + 1;
              int to = Math.min(sessions.size(), from + query.limit());
              return CompletableFuture.completedFuture(sessions.subList(from, to));
            });
  }
}
