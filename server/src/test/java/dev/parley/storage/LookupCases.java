package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.query.MessageLookup;
import dev.parley.storage.query.MessagePage;
import dev.parley.testing.Sessions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

abstract class LookupCases extends StoreCases {
  private Session session;
  private List<Message> stored;

  @BeforeEach
  void appendThree() {
    session = newSession();
    appended(newSession(session.agentId()), Sessions.draft("a", "neighbour"));
    session =
        appended(
                session,
                Sessions.draft("a", "12345"),
                Sessions.draft("b", "12345"),
                Sessions.draft("\uD83D\uDE00", "12345"))
            .session();
    stored = messages(session);
  }

  @Test
  void findMessages_byIdAndSequence_ascendingAndOnce() {
    MessagePage page = find(Set.of("\uD83D\uDE00", "a"), Set.of(2L, 1L), NO_BYTES_MAX);

    assertThat(page.messages()).isEqualTo(stored);
    assertThat(page.session()).isEqualTo(session);
    assertThat(page.more()).isFalse();
    assertThat(find(Set.of("b"), Set.of(), NO_BYTES_MAX).messages()).containsExactly(stored.get(1));
  }

  @Test
  void findMessages_unknownIdsAndSequences_leftOut() {
    Set<Long> sequences = Set.of(0L, -1L, 4L, Long.MAX_VALUE, Long.MIN_VALUE, 3L);

    assertThat(find(Set.of("neighbour", "A"), sequences, NO_BYTES_MAX).messages())
        .containsExactly(stored.get(2));
    assertThat(find(Set.of(), Set.of(), NO_BYTES_MAX).messages()).isEmpty();
  }

  /** The id "-…1" is at its own sequence, "-…2" at another, and "-…3" at none. */
  @Test
  void findMessages_idsThatEndWithSequences_onlyThoseWithTheId() {
    session = newSession();
    appended(
        session,
        Sessions.draft("-000000000001", "x".repeat(1_000)),
        Sessions.draft("a", "x".repeat(1_000)),
        Sessions.draft("-000000000002", "12345"));
    stored = messages(session);
    Set<String> ids = Set.of("-000000000001", "-000000000002", "-000000000003");

    assertThat(find(ids, Set.of(), NO_BYTES_MAX).messages())
        .containsExactly(stored.get(0), stored.get(2));
    assertThat(find(ids, Set.of(2L), NO_BYTES_MAX).messages()).isEqualTo(stored);
    assertThat(find(Set.of("-000000000002"), Set.of(), 1).messages())
        .containsExactly(stored.get(2));
    assertThat(find(Set.of("-000000000002"), Set.of(), 1).more()).isFalse();
  }

  @Test
  void findMessages_unknownSession_empty() {
    SessionRef.ById unknown = Sessions.ref(Sessions.of(session.agentId()));
    SessionRef.ById ofOther =
        new SessionRef.ById(session.agentId(), session.sessionId(), "someone else");

    for (SessionRef.ById ref : List.of(unknown, ofOther)) {
      MessageLookup lookup = new MessageLookup(ref, Set.of("a"), Set.of(1L), NO_BYTES_MAX);
      assertThat(get(store().findMessages(lookup, Cancellation.NONE))).isEmpty();
    }
  }

  @Test
  void findMessages_bytesMax_stopsBeforeTheMessageThatPassesIt() {
    long two = stored.get(0).bytes() + stored.get(1).bytes();

    assertThat(find(Set.of(), Set.of(1L, 2L, 3L), two).messages()).hasSize(2);
    assertThat(find(Set.of(), Set.of(1L, 2L, 3L), two).more()).isTrue();
    assertThat(find(Set.of(), Set.of(1L, 2L, 3L), two - 1).messages()).hasSize(1);
    assertThat(find(Set.of(), Set.of(1L, 2L, 3L), 1).messages()).hasSize(1);
    assertThat(find(Set.of(), Set.of(1L, 2L), two).more()).isFalse();
  }

  @Test
  void findMessages_manyAtOnce_finds() {
    Session longer = newSession();
    appended(longer, Sessions.drafts(1_000).toArray(new Message.Draft[0]));
    List<Message> all = messages(longer);
    Set<String> ids = Set.copyOf(all.stream().map(each -> each.draft().messageId()).toList());

    MessageLookup lookup =
        new MessageLookup(Sessions.ref(longer), ids, Set.of(1L, 1_000L), NO_BYTES_MAX);

    assertThat(get(store().findMessages(lookup, Cancellation.NONE)).orElseThrow().messages())
        .isEqualTo(all);
  }

  @Test
  void findSessions_ofOneAgent_activeAndArchived() {
    Session archived = archive(newSession(session.agentId()));
    Session ofOther = newSession();
    Set<UUID> ids =
        Set.of(session.sessionId(), archived.sessionId(), ofOther.sessionId(), UUID.randomUUID());

    assertThat(get(store().findSessions(session.agentId(), ids, Cancellation.NONE)))
        .containsExactlyInAnyOrder(session, archived);
    assertThat(get(store().findSessions(session.agentId(), Set.of(), Cancellation.NONE))).isEmpty();
    assertThat(get(store().findSessions(UUID.randomUUID(), ids, Cancellation.NONE))).isEmpty();
  }

  private MessagePage find(Set<String> messageIds, Set<Long> sequences, long bytesMax) {
    MessageLookup lookup =
        new MessageLookup(Sessions.ref(session), messageIds, sequences, bytesMax);
    return get(store().findMessages(lookup, Cancellation.NONE)).orElseThrow();
  }
}
