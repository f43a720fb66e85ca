package dev.parley.core.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.Store;
import dev.parley.storage.live.SessionNotices;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import dev.parley.testing.memory.InMemoryStore;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which reads of the store the watches of a session need. */
class SessionSourceTest {
  private final Store store = new InMemoryStore();
  private final List<String> reads = new ArrayList<>();
  private final SessionNotices notices = new SessionNotices(Runnable::run);
  private final WatchGroups<SessionSource.Key, Optional<SessionSource.Messages>> groups =
      new WatchGroups<>((key, changed) -> notices.watch(key.session(), changed));
  private final Store noting = noting();
  private final OlderMessages older = new OlderMessages(noting);
  private Session session;

  @BeforeEach
  void create() {
    Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
    session = store.createSession(Sessions.of(agent.agentId())).join();
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** Notes the names of the methods that are called. */
  private Store noting() {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              reads.add(method.getName());
              return method.invoke(store, arguments);
            });
  }

  private SessionSource source() {
    return new SessionSource(
        noting,
        older,
        groups,
        Sessions.ref(session),
        EnumSet.of(WatchInclude.MESSAGES),
        // Not a lambda, because members of a group are different objects.
        new AtomicInteger()::incrementAndGet);
  }

  private void append(int count) {
    store.append(Sessions.append(session, Sessions.drafts(count), session.createTime())).join();
  }

  private WatchPage read(SessionSource source, long after) {
    reads.clear();
    return source.read(WatchCursor.ofMessage(session.sessionId(), after)).join();
  }

  @Test
  void onlyWatch_readsTheMessagesOnly() {
    SessionSource only = source();
    append(OlderMessages.SECTION_LENGTH);

    assertThat(read(only, 0).events()).hasSize(OlderMessages.SECTION_LENGTH);
    assertThat(reads).containsExactly("listMessages");
  }

  @Test
  void watchBehindAnother_readsSections_andOthersReadTheMessagesOnly() {
    SessionSource first = source();
    SessionSource behind = source();
    long head = OlderMessages.SECTION_LENGTH;
    append(OlderMessages.SECTION_LENGTH);

    assertThat(read(first, 0).events()).hasSize(OlderMessages.SECTION_LENGTH);
    assertThat(reads).containsExactly("listMessages");
    append(1);
    assertThat(read(first, head).events()).hasSize(1);
    assertThat(reads).containsExactly("listMessages");

    WatchPage section = read(behind, 5);
    assertThat(section.events()).hasSize(OlderMessages.SECTION_LENGTH - 5);
    assertThat(section.more()).isTrue();
    assertThat(reads).containsExactly("findSession", "listMessages");
    assertThat(read(behind, 7).events()).hasSize(OlderMessages.SECTION_LENGTH - 7);
    assertThat(reads).containsExactly("findSession");
    // The section of the newest message is not complete.
    assertThat(read(behind, head).events()).hasSize(1);
    assertThat(reads).doesNotContain("findSession");
  }
}
