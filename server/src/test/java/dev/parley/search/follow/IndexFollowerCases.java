package dev.parley.search.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.search.SearchHit;
import dev.parley.search.SearchIndex;
import dev.parley.search.SearchOrder;
import dev.parley.search.SearchQuery;
import dev.parley.search.text.QueryParser;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.live.NotifyingStore;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import dev.parley.testing.Waiting;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The cases of all search indexes that follow a store. */
@Timeout(120)
abstract class IndexFollowerCases {
  private Store store;
  private ChangeQueue queue;
  private IndexFollower follower;
  private Agent agent;

  /** The store, which keeps its content when it is opened again. */
  abstract Store openStore();

  /** Opens the index of the store. */
  abstract SearchIndex openIndex(Store store);

  @BeforeEach
  void start() {
    open();
    agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
  }

  private void open() {
    queue = new ChangeQueue();
    Store inner = openStore();
    store = new NotifyingStore(inner, List.of(queue));
    follower = new IndexFollower(store, queue, () -> openIndex(inner), Clock.systemUTC());
    follower.start();
  }

  @AfterEach
  void stop() {
    follower.close();
    store.close();
  }

  private void restart() {
    stop();
    open();
  }

  private Session session(@Nullable String user) {
    Session session = Sessions.of(agent.agentId());
    return store.createSession(session.withProfile(session.profile().withUser(user))).join();
  }

  private Message append(Session session, Role role, String text) {
    Message.Draft draft =
        new Message.Draft(
            UUID.randomUUID().toString(),
            role,
            dev.parley.model.Content.text(text),
            null,
            dev.parley.model.Json.EMPTY_OBJECT);
    return store
        .append(
            new Append(
                Sessions.ref(session), null, OptionalLong.empty(), List.of(draft), Instant.now()))
        .join()
        .messages()
        .get(0);
  }

  private Message append(Session session, String text) {
    return append(session, Role.USER, text);
  }

  /** Waits until all stored messages can be found. */
  private void indexed() {
    Instant now = Instant.now();
    Waiting.until(
        () -> !follower.indexedThrough().isBefore(now),
        () -> "indexed only through " + follower.indexedThrough());
  }

  private SearchQuery query(String text) {
    return new SearchQuery(
        QueryParser.parse(text),
        new SearchQuery.Scope(agent.agentId(), null, null, null),
        Set.of(),
        null,
        null,
        SearchOrder.BEST_FIRST,
        null,
        1_000);
  }

  private List<SearchHit> search(SearchQuery query) {
    return follower.search(query, Cancellation.NONE).join();
  }

  /** The sequences of the found messages. */
  private Set<Long> found(String text) {
    return search(query(text)).stream().map(SearchHit::sequence).collect(Collectors.toSet());
  }

  @Test
  void appendedMessages_areFoundOnce() {
    Session session = session(null);
    append(session, "red fox");
    append(session, "blue fox");
    indexed();

    assertThat(found("fox")).containsExactlyInAnyOrder(1L, 2L);
    assertThat(found("blue fox")).containsExactly(2L);
    assertThat(search(query("red"))).hasSize(1);
    assertThat(search(query("red")).get(0).session().sessionId()).isEqualTo(session.sessionId());
  }

  @Test
  void repeatedAppend_isFoundOnce() {
    Session session = session(null);
    Append append =
        new Append(
            Sessions.ref(session),
            null,
            OptionalLong.empty(),
            List.of(Sessions.draft("fox")),
            Instant.now());
    store.append(append).join();
    store.append(append).join();
    indexed();

    String word = new String(append.drafts().get(0).content().utf8());
    assertThat(search(query(word))).hasSize(1);
  }

  @Test
  void deletedMessage_isGone() {
    Session session = session(null);
    Message red = append(session, "red fox");
    append(session, "blue fox");
    indexed();
    store.deleteMessage(Sessions.ref(session), red.draft().messageId(), AuditContexts.any()).join();
    indexed();

    assertThat(found("fox")).containsExactly(2L);
  }

  @Test
  void newestMessageDeleted_theOthersStay() {
    Session session = session(null);
    append(session, "red fox");
    Message newest = append(session, "blue fox");
    store
        .deleteMessage(Sessions.ref(session), newest.draft().messageId(), AuditContexts.any())
        .join();
    restart();
    store
        .updateSession(Sessions.ref(session), s -> s.withProfile(s.profile().withLabel("x")))
        .join();
    append(session, "third fox");
    indexed();

    assertThat(found("fox")).containsExactlyInAnyOrder(1L, 3L);
    assertThat(search(query("fox"))).hasSize(2);
  }

  @Test
  void oddText_doesNotStopTheIndex() {
    Session session = session("o'neil \\\\");
    append(session, "\ud55c\uad6d\u200d fox");
    append(session, "\u6f22\u0301 it's \\\\ \u0000 fox");
    append(session, "second fox");
    indexed();

    assertThat(found("fox")).containsExactlyInAnyOrder(1L, 2L, 3L);
    assertThat(search(ofUser("o'neil \\\\"))).hasSize(3);
  }

  @Test
  void clearedAndDeletedSessions_areGone() {
    Session cleared = session(null);
    Session deleted = session(null);
    append(cleared, "fox");
    append(deleted, "fox");
    indexed();
    assertThat(search(query("fox"))).hasSize(2);
    store.clearSession(Sessions.ref(cleared), s -> {}, AuditContexts.any()).join();
    store.deleteSession(Sessions.ref(deleted), s -> {}, AuditContexts.any()).join();
    append(cleared, "fox again");
    indexed();

    assertThat(search(query("fox"))).hasSize(1);
    assertThat(found("again")).containsExactly(2L);
  }

  @Test
  void archivedSession_isGoneUntilItIsRestored() {
    Session session = session(null);
    append(session, "fox");
    SessionRef.ById ref = Sessions.ref(session);
    store.updateSession(ref, s -> s.withArchiveTime(Instant.now()), AuditContexts.any()).join();
    indexed();
    assertThat(found("fox")).isEmpty();

    store.updateSession(ref, s -> s.withArchiveTime(null), AuditContexts.any()).join();
    indexed();
    assertThat(found("fox")).containsExactly(1L);
  }

  @Test
  void deletedAgent_isGone() {
    append(session(null), "fox");
    indexed();
    store.deleteAgent(agent.agentId(), AuditContexts.any()).join();
    indexed();

    assertThat(found("fox")).isEmpty();
  }

  @Test
  void userOfASession_limitsTheSearch() {
    Session session = session("ana");
    append(session, "fox");
    append(session("ben"), "fox");
    append(session(null), "fox");
    indexed();
    assertThat(search(ofUser("ana"))).hasSize(1);

    store
        .updateSession(Sessions.ref(session), s -> s.withProfile(s.profile().withUser("ben")))
        .join();
    indexed();
    assertThat(search(ofUser("ana"))).isEmpty();
    assertThat(search(ofUser("ben"))).hasSize(2);
    assertThat(search(query("fox"))).hasSize(3);
  }

  private SearchQuery ofUser(String user) {
    SearchQuery all = query("fox");
    return new SearchQuery(
        all.text(),
        new SearchQuery.Scope(null, "acme", user, null),
        Set.of(),
        null,
        null,
        all.order(),
        null,
        100);
  }

  @Test
  void roleTimeAndSession_limitTheSearch() {
    Session session = session(null);
    Message first = append(session, Role.USER, "fox");
    Message second = append(session, Role.TOOL, "fox");
    append(session(null), Role.USER, "fox");
    indexed();
    UUID id = session.sessionId();

    assertThat(limited(null, Set.of(Role.TOOL), null, null)).containsExactly(2L);
    assertThat(limited(id, Set.of(), null, null)).containsExactlyInAnyOrder(1L, 2L);
    assertThat(
            search(
                new SearchQuery(
                    QueryParser.parse("fox"),
                    new SearchQuery.Scope(null, "acme", null, id),
                    Set.of(),
                    null,
                    null,
                    SearchOrder.BEST_FIRST,
                    null,
                    100)))
        .hasSize(2);
    Instant time = second.createTime();
    assertThat(limited(id, Set.of(), time, null)).contains(2L);
    assertThat(limited(id, Set.of(), null, first.createTime())).isEmpty();
    assertThat(limited(id, Set.of(), first.createTime(), first.createTime().plusNanos(1_000)))
        .contains(1L);
  }

  private List<Long> limited(
      @Nullable UUID session, Set<Role> roles, @Nullable Instant from, @Nullable Instant until) {
    return search(
            new SearchQuery(
                QueryParser.parse("fox"),
                new SearchQuery.Scope(agent.agentId(), null, null, session),
                roles,
                from,
                until,
                SearchOrder.NEWEST_FIRST,
                null,
                100))
        .stream()
        .map(SearchHit::sequence)
        .toList();
  }

  @Test
  void pages_haveEachHitOnce() {
    Session session = session(null);
    for (int i = 0; i < 25; i++) {
      append(session, "fox " + "filler ".repeat(i % 5));
    }
    append(session(null), "fox");
    indexed();
    for (SearchOrder order : SearchOrder.values()) {
      List<SearchHit> all = page(order, null, 100);
      List<SearchHit> paged = new ArrayList<>();
      SearchHit.Position after = null;
      while (true) {
        List<SearchHit> page = page(order, after, 7);
        if (page.isEmpty()) {
          break;
        }
        paged.addAll(page);
        after = page.get(page.size() - 1).position();
      }
      assertThat(all).hasSize(26);
      assertThat(paged).as("%s", order).isEqualTo(all);
    }
  }

  private List<SearchHit> page(SearchOrder order, SearchHit.@Nullable Position after, int limit) {
    SearchQuery all = query("fox");
    return search(
        new SearchQuery(all.text(), all.scope(), Set.of(), null, null, order, after, limit));
  }

  @Test
  void restart_findsWhatWasStored() {
    Session session = session(null);
    append(session, "fox");
    restart();
    append(session, "second fox");
    indexed();

    assertThat(found("fox")).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void changesThatTheFollowerDidNotSee_areFoundAfterARestart() {
    Session session = session(null);
    Session deleted = session(null);
    append(session, "fox");
    append(deleted, "fox");
    indexed();
    follower.close();
    append(session, "second fox");
    store.deleteSession(Sessions.ref(deleted), s -> {}, AuditContexts.any()).join();
    store.close();
    open();
    indexed();

    assertThat(search(query("fox"))).hasSize(2);
    assertThat(found("fox")).containsExactlyInAnyOrder(1L, 2L);
  }

  /** Compares searches with a scan, after random changes and restarts. */
  @Test
  void searches_equalAScan() {
    Random random = new Random(7);
    List<Session> sessions = new ArrayList<>();
    String[] words = {"red", "blue", "fox", "owl", "fooBar", "日本"};
    Set<String> expected = new TreeSet<>();
    for (int step = 0; step < 300; step++) {
      if (sessions.size() < 5 || random.nextInt(10) == 0) {
        sessions.add(session(null));
      }
      Session session = sessions.get(random.nextInt(sessions.size()));
      String id = session.sessionId() + "/";
      int action = random.nextInt(20);
      if (action == 0) {
        store.deleteSession(Sessions.ref(session), s -> {}, AuditContexts.any()).join();
        sessions.remove(session);
        expected.removeIf(hit -> hit.startsWith(id));
      } else if (action == 1) {
        store.clearSession(Sessions.ref(session), s -> {}, AuditContexts.any()).join();
        expected.removeIf(hit -> hit.startsWith(id));
      } else {
        String text = words[random.nextInt(words.length)] + " " + words[random.nextInt(2)];
        Message message = append(session, text);
        if (text.contains("red")) {
          expected.add(id + message.sequence());
        }
      }
      if (step % 100 == 99) {
        restart();
      }
    }
    indexed();

    Set<String> found =
        search(query("red")).stream()
            .map(hit -> hit.session().sessionId() + "/" + hit.sequence())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(found).isEqualTo(expected);
    assertThat(search(query("red"))).hasSize(expected.size());
  }
}
