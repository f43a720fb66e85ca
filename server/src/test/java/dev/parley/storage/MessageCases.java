package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.testing.Sessions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

abstract class MessageCases extends StoreCases {
  private Session session;

  @BeforeEach
  void appendFive() {
    session = newSession();
    // Neighbours on both sides, which must not be read.
    appended(newSession(session.agentId()), Sessions.draft("neighbour"));
    appended(newSession(session.agentId()), Sessions.draft("neighbour"));
    session =
        appended(
                session,
                Sessions.draft(Role.SYSTEM, "12345"),
                Sessions.draft(Role.USER, "12345"),
                Sessions.draft(Role.ASSISTANT, "12345"),
                Sessions.draft(Role.USER, "12345"),
                Sessions.draft(Role.TOOL, "12345"))
            .session();
  }

  @Test
  void listMessages_unknownSession_empty() {
    assertThat(
            get(
                store()
                    .listMessages(
                        query(Sessions.ref(Sessions.of(session.agentId())), true, 0, 1),
                        Cancellation.NONE)))
        .isEmpty();
  }

  @Test
  void listMessages_noMessages_onlyTheSession() {
    Session empty = newSession();

    for (boolean newestFirst : new boolean[] {true, false}) {
      MessagePage page =
          get(store()
                  .listMessages(query(Sessions.ref(empty), newestFirst, 0, 1), Cancellation.NONE))
              .orElseThrow();

      assertThat(page.session()).isEqualTo(empty);
      assertThat(page.messages()).isEmpty();
      assertThat(page.more()).isFalse();
    }
  }

  @Test
  void listMessages_newestFirst_descends() {
    MessagePage page = page(true, 0, 10);

    assertThat(sequences(page.messages())).containsExactly(5L, 4L, 3L, 2L, 1L);
    assertThat(page.more()).isFalse();
    assertThat(page.session()).isEqualTo(session);
  }

  @Test
  void listMessages_oldestFirst_ascends() {
    MessagePage page = page(false, 0, 10);

    assertThat(sequences(page.messages())).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(page.more()).isFalse();
  }

  @Test
  void listMessages_limit_stopsThereAndSaysWhetherMoreFollow() {
    assertThat(page(true, 0, 4).more()).isTrue();
    assertThat(page(true, 0, 5).more()).isFalse();
    assertThat(page(false, 0, 4).more()).isTrue();
    assertThat(page(false, 0, 5).more()).isFalse();
    assertThat(page(false, 0, 4).messages()).hasSize(4);
  }

  @Test
  void listMessages_after_goesOnFromThere() {
    assertThat(sequences(page(true, 4, 2).messages())).containsExactly(3L, 2L);
    assertThat(sequences(page(true, 1, 2).messages())).isEmpty();
    assertThat(sequences(page(true, 99, 1).messages())).containsExactly(5L);
    assertThat(sequences(page(false, 2, 2).messages())).containsExactly(3L, 4L);
    assertThat(sequences(page(false, 5, 2).messages())).isEmpty();
    assertThat(sequences(page(false, Long.MAX_VALUE, 2).messages())).isEmpty();
  }

  @Test
  void listMessages_byKey_isTheSame() {
    MessagePage page =
        get(store().listMessages(query(Sessions.keyRef(session), false, 0, 5), Cancellation.NONE))
            .orElseThrow();

    assertThat(page).isEqualTo(page(false, 0, 5));
  }

  @Test
  void listMessages_roles_onlyTheseAndMoreCountsOnlyThem() {
    MessagePage one = page(Set.of(Role.USER), 0, 1, NO_BYTES_MAX);
    MessagePage two = page(Set.of(Role.USER), 2, 1, NO_BYTES_MAX);

    assertThat(sequences(one.messages())).containsExactly(2L);
    assertThat(one.more()).isTrue();
    assertThat(sequences(two.messages())).containsExactly(4L);
    assertThat(two.more()).isFalse();
    assertThat(page(Set.of(), 0, 1, NO_BYTES_MAX).messages()).isEmpty();
  }

  @Test
  void listMessages_bytesMax_stopsBeforeTheMessageThatPassesIt() {
    Set<Role> all = EnumSet.allOf(Role.class);
    int each = page(all, 0, 1, NO_BYTES_MAX).messages().get(0).bytes();

    assertThat(page(all, 0, 9, 1).messages()).hasSize(1);
    assertThat(page(all, 0, 9, 2 * each - 1).messages()).hasSize(1);
    assertThat(page(all, 0, 9, 2 * each).messages()).hasSize(2);
    assertThat(page(all, 0, 9, 2 * each).more()).isTrue();
    assertThat(page(all, 0, 9, 5 * each).more()).isFalse();
    assertThat(sequences(page(Set.of(Role.USER, Role.TOOL), 0, 9, 2 * each).messages()))
        .containsExactly(2L, 4L);
  }

  /** Ids count towards the size, so all engines end a page at the same message. */
  @Test
  void listMessages_bytesMax_countsIds() {
    Session other = newSession();
    for (int i = 0; i < 5; i++) {
      String id = "\uD83D\uDE00".repeat(51 * i) + i;
      String runId = i % 2 == 0 ? null : id;
      appended(
          other, new Message.Draft(id, Role.USER, Content.text("a"), runId, Json.EMPTY_OBJECT));
    }
    List<Message> all = messages(other);
    long bytes = 0;
    for (int count = 1; count <= all.size(); count++) {
      bytes += all.get(count - 1).bytes();
      SessionRef ref = Sessions.ref(other);
      Set<Role> roles = EnumSet.allOf(Role.class);
      MessageQuery fits = new MessageQuery(ref, false, roles, null, 0, 9, bytes);
      MessageQuery less = new MessageQuery(ref, false, roles, null, 0, 9, bytes - 1);
      assertThat(get(store().listMessages(fits, Cancellation.NONE)).orElseThrow().messages())
          .hasSize(count);
      assertThat(get(store().listMessages(less, Cancellation.NONE)).orElseThrow().messages())
          .hasSize(Math.max(1, count - 1));
    }
  }

  private MessagePage page(boolean newestFirst, long after, int limit) {
    return get(store()
            .listMessages(
                query(Sessions.ref(session), newestFirst, after, limit), Cancellation.NONE))
        .orElseThrow();
  }

  private MessagePage page(Set<Role> roles, long after, int limit, long bytesMax) {
    MessageQuery query =
        new MessageQuery(Sessions.ref(session), false, roles, null, after, limit, bytesMax);
    return get(store().listMessages(query, Cancellation.NONE)).orElseThrow();
  }
}
