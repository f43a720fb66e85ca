package dev.parley.core.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
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

class OlderMessagesTest {
  private static final int LENGTH = OlderMessages.SECTION_LENGTH;

  private final Store store = new InMemoryStore();
  private final AtomicInteger reads = new AtomicInteger();
  private final OlderMessages older = new OlderMessages(counting());
  private Session created;

  @BeforeEach
  void create() {
    Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
    created = store.createSession(Sessions.of(agent.agentId())).join();
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** Counts the reads of messages. */
  private Store counting() {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("listMessages")) {
                reads.incrementAndGet();
              }
              return method.invoke(store, arguments);
            });
  }

  private Session append(List<Message.Draft> drafts) {
    store.append(Sessions.append(created, drafts, created.createTime())).join();
    return session();
  }

  private Session session() {
    return store.findSession(Sessions.ref(created), Cancellation.NONE).join().orElseThrow();
  }

  private List<Long> sequences(Session session, long after) {
    SessionSource.Messages read = older.read(session, after).join().orElseThrow();
    assertThat(read.session()).isEqualTo(session);
    assertThat(read.more()).isTrue();
    return read.events().stream().map(event -> event.cursor().number()).toList();
  }

  private static List<Long> between(long first, long last) {
    List<Long> sequences = new ArrayList<>();
    for (long sequence = first; sequence <= last; sequence++) {
      sequences.add(sequence);
    }
    return sequences;
  }

  @Test
  void placesInASection_shareItsRead() {
    Session session = append(Sessions.drafts(2 * LENGTH));

    assertThat(sequences(session, 0)).isEqualTo(between(1, LENGTH));
    assertThat(sequences(session, 5)).isEqualTo(between(6, LENGTH));
    assertThat(sequences(session, LENGTH - 1)).isEqualTo(between(LENGTH, LENGTH));
    assertThat(reads).hasValue(1);

    assertThat(sequences(session, LENGTH)).isEqualTo(between(LENGTH + 1, 2 * LENGTH));
    assertThat(reads).hasValue(2);
  }

  @Test
  void sharedEvents_areTheSameObjects() {
    Session session = append(Sessions.drafts(LENGTH));

    List<WatchEvent> all = older.read(session, 0).join().orElseThrow().events();
    List<WatchEvent> rest = older.read(session, 1).join().orElseThrow().events();
    assertThat(rest.get(0)).isSameAs(all.get(1));
  }

  @Test
  void section_isCompleteWithItsLastMessage() {
    assertThat(OlderMessages.isComplete(LENGTH - 1, 0)).isFalse();
    assertThat(OlderMessages.isComplete(LENGTH, 0)).isTrue();
    assertThat(OlderMessages.isComplete(LENGTH, LENGTH - 1)).isTrue();
    assertThat(OlderMessages.isComplete(LENGTH, LENGTH)).isFalse();
  }

  @Test
  void deletedMessages_areLeftOut_alsoAfterTheSectionWasRead() {
    Session session = append(Sessions.drafts(LENGTH));
    assertThat(sequences(session, 0)).hasSize(LENGTH);
    MessagePage stored =
        store
            .listMessages(
                new MessageQuery(
                    Sessions.ref(session), false, EnumSet.allOf(Role.class), null, 2, 1, 1),
                Cancellation.NONE)
            .join()
            .orElseThrow();
    store
        .deleteMessage(
            Sessions.ref(session),
            stored.messages().get(0).draft().messageId(),
            AuditContexts.any())
        .join();

    List<Long> expected = between(1, LENGTH);
    expected.remove(3L);
    assertThat(sequences(session(), 0)).isEqualTo(expected);
  }

  @Test
  void largeMessages_endASection_andTheRestIsNotShared() {
    String large = "x".repeat(200_000);
    List<Message.Draft> drafts = new ArrayList<>(Sessions.drafts(LENGTH - 2));
    drafts.add(0, Sessions.draft(large));
    drafts.add(1, Sessions.draft(large));
    Session session = append(drafts);

    assertThat(sequences(session, 0)).containsExactly(1L);
    assertThat(older.read(session, 1).join()).isEqualTo(Optional.empty());
  }

  @Test
  void clearedSession_hasNoOldMessages() {
    Session session = append(Sessions.drafts(LENGTH));
    assertThat(sequences(session, 0)).hasSize(LENGTH);
    store.clearSession(Sessions.ref(session), cleared -> {}, AuditContexts.any()).join();

    Optional<SessionSource.Messages> read = older.read(session(), 0).join();
    assertThat(read.map(SessionSource.Messages::events).orElse(List.of())).isEmpty();
  }

  @Test
  void sessionThatChangedSinceItWasFound_isNotShared() {
    Session found = append(Sessions.drafts(LENGTH));
    store.clearSession(Sessions.ref(found), cleared -> {}, AuditContexts.any()).join();
    append(Sessions.drafts(LENGTH));

    assertThat(older.read(found, 0).join()).isEqualTo(Optional.empty());
  }

  @Test
  void missingSession_hasNothingToShare() {
    Session session = append(Sessions.drafts(LENGTH));
    store.deleteSession(Sessions.ref(session), found -> {}, AuditContexts.any()).join();

    assertThat(older.read(session, 0).join()).isEqualTo(Optional.empty());
  }
}
