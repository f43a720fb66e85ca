package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.AppendResult;
import dev.parley.model.Content;
import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.testing.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Repeated message ids. */
abstract class IdempotencyCases extends StoreCases {

  @Test
  void append_sameIdSameContent_answersTheStoredMessage() {
    Session session = newSession();
    Message.Draft draft = Sessions.draft("m", "once");
    AppendResult first = appended(session, draft);
    AppendResult later = appended(session, Sessions.draft("later"));

    AppendResult again = appended(session, draft);

    assertThat(again.messages()).isEqualTo(first.messages());
    assertThat(again.session()).isEqualTo(later.session());
    assertThat(find(session)).isEqualTo(later.session());
    assertThat(texts(messages(session))).containsExactly("once", "later");
  }

  @Test
  void append_drawnId_knownOnceItIsChosen() {
    Session session = newSession();
    appended(session, Sessions.draft("before"));
    AppendResult first = get(store().append(choosing(session, Set.of(), Sessions.draft("once"))));
    Message.Draft stored = first.messages().get(0).draft();
    String id = stored.messageId();

    AppendResult again = get(store().append(choosing(session, Set.of(id), stored)));

    assertThat(again).isEqualTo(repeated(first));
    refused(
        ErrorReason.MESSAGE_ID_REUSED,
        store().append(choosing(session, Set.of(id), Sessions.draft(id, "something else"))));
    assertThat(texts(messages(session))).containsExactly("before", "once");
  }

  @Test
  void append_drawnIds_endWithTheirSequence() {
    Session session = newSession();
    List<Message.Draft> drafts = Sessions.drafts(20);

    AppendResult appended =
        get(store().append(choosing(session, Set.of(), drafts.toArray(new Message.Draft[0]))));

    assertThat(texts(appended.messages())).isEqualTo(texts(messages(session)));
    assertThat(appended.messages())
        .isEqualTo(messages(session))
        .allSatisfy(
            message ->
                assertThat(message.draft().messageId())
                    .matches("[0-9a-f-]{24}[0-9a-f]{12}")
                    .endsWith("%012x".formatted(message.sequence())));
  }

  /** The session has messages at both sequences that the chosen ids end with. */
  @Test
  void append_chosenIdThatEndsWithAnotherSequence_isAnIdLikeOthers() {
    Session session = newSession();
    Message.Draft second = Sessions.draft("x-000000000001", "second");
    Message.Draft third = Sessions.draft("y-000000000002", "third");
    appended(session, Sessions.draft("first"), second, third);

    assertThat(sequences(appended(session, second, third).messages())).containsExactly(2L, 3L);
    refused(
        ErrorReason.MESSAGE_ID_REUSED,
        store().append(append(session, List.of(Sessions.draft("y-000000000002", "other")))));
    Message.Draft fresh = Sessions.draft("z-000000000001", "fourth");
    assertThat(sequences(appended(session, fresh).messages())).containsExactly(4L);
    assertThat(texts(messages(session))).containsExactly("first", "second", "third", "fourth");
  }

  @Test
  void append_chosenIdThatEndsWithItsOwnSequence_isAnIdLikeOthers() {
    Session session = newSession();
    Message.Draft first = Sessions.draft("x-000000000001", "first");
    appended(session, first);

    assertThat(sequences(appended(session, first).messages())).containsExactly(1L);
    refused(
        ErrorReason.MESSAGE_ID_REUSED,
        store().append(append(session, List.of(Sessions.draft("x-000000000001", "other")))));
    refused(
        ErrorReason.MESSAGE_ID_REUSED,
        store()
            .append(
                append(
                    session,
                    List.of(Sessions.draft("new"), Sessions.draft("x-000000000001", "other")))));
    assertThat(texts(messages(session))).containsExactly("first");
  }

  @Test
  void append_chosenIdBesideDrawnOne_answersTheStoredAndStoresTheOther() {
    Session session = newSession();
    Message.Draft chosen = Sessions.draft("chosen", "once");
    appended(session, chosen);

    AppendResult appended =
        get(store().append(choosing(session, Set.of("chosen"), Sessions.draft("drawn"), chosen)));

    assertThat(sequences(appended.messages())).containsExactly(2L, 1L);
    assertThat(texts(messages(session))).containsExactly("once", "drawn");
  }

  /** Some of them share a batch; which ones is not defined. */
  @Test
  void append_chosenAndDrawnIdsAtOnce_eachAsAlone() {
    Session session = newSession();
    Message.Draft chosen = Sessions.draft("chosen", "once");
    Message first = appended(session, chosen).messages().get(0);
    List<CompletableFuture<AppendResult>> drawn = new ArrayList<>();
    List<CompletableFuture<AppendResult>> again = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      drawn.add(store().append(choosing(session, Set.of(), Sessions.draft("new"))));
      again.add(store().append(choosing(session, Set.of("chosen"), chosen)));
    }

    again.forEach(append -> assertThat(get(append).messages()).containsExactly(first));
    drawn.forEach(append -> assertThat(get(append).messages()).hasSize(1));
    assertThat(find(session).headSequence()).isEqualTo(51);
    assertThat(messages(session)).hasSize(51).doesNotHaveDuplicates();
  }

  @Test
  void append_sameIdOtherContent_refused() {
    Session session = newSession();
    appended(session, Sessions.draft("m", "one"));

    SessionException e =
        refused(
            ErrorReason.MESSAGE_ID_REUSED,
            store()
                .append(
                    append(session, List.of(Sessions.draft("new"), Sessions.draft("m", "two")))));

    assertThat(e.metadata()).containsEntry("message_id", "m");
    assertThat(texts(messages(session))).containsExactly("one");
  }

  @Test
  void append_sameIdOtherRoleRunMetadataOrKind_refused() {
    Session session = newSession();
    Message.Draft draft = Sessions.draft("m", "[]");
    appended(session, draft);
    List<Message.Draft> others =
        List.of(
            new Message.Draft("m", Role.TOOL, draft.content(), null, draft.metadata()),
            new Message.Draft("m", Role.USER, draft.content(), "", draft.metadata()),
            new Message.Draft("m", Role.USER, draft.content(), null, Sessions.json("{ }")),
            Sessions.draft("m", Role.USER, Content.blocks(Sessions.json("[]"))));

    for (Message.Draft other : others) {
      refused(ErrorReason.MESSAGE_ID_REUSED, store().append(append(session, List.of(other))));
    }
  }

  @Test
  void append_sameDraftTwiceInOne_storedOnce() {
    Session session = newSession();
    Message.Draft draft = Sessions.draft("m", "one");

    AppendResult appended =
        get(store().append(append(session, List.of(draft, Sessions.draft("n", "two"), draft))));

    assertThat(appended.messages()).extracting(Message::sequence).containsExactly(1L, 2L, 1L);
    assertThat(appended.session().headSequence()).isEqualTo(2);
    assertThat(texts(messages(session))).containsExactly("one", "two");
  }

  @Test
  void append_sameIdTwiceInOneOtherContent_refused() {
    Session session = newSession();

    refused(
        ErrorReason.MESSAGE_ID_REUSED,
        store()
            .append(append(session, List.of(Sessions.draft("m", "a"), Sessions.draft("m", "b")))));

    assertThat(messages(session)).isEmpty();
  }

  @Test
  void append_sameIdInAnotherSession_isFine() {
    Session one = newSession();
    Session two = newSession(one.agentId());

    appended(one, Sessions.draft("m", "one"));
    appended(two, Sessions.draft("m", "two"));

    assertThat(texts(messages(one))).containsExactly("one");
    assertThat(texts(messages(two))).containsExactly("two");
  }

  /** The result of an append that stores nothing again. */
  private static AppendResult repeated(AppendResult first) {
    assertThat(first.newMessages()).isEqualTo(first.messages());
    return new AppendResult(first.session(), first.messages(), List.of());
  }

  @Test
  void append_replayWithStaleHead_answersAsTheFirstTime() {
    Session session = newSession();
    Append append = expecting(session, 0, 2);
    AppendResult first = get(store().append(append));

    AppendResult again = get(store().append(append));

    assertThat(again).isEqualTo(repeated(first));
    assertThat(messages(session)).isEqualTo(first.messages());
  }

  @Test
  void append_replayOfCreateIfMissing_answersAsTheFirstTime() {
    Append append = making(Sessions.of(newAgent().agentId()), OptionalLong.of(0));
    AppendResult first = get(store().append(append));

    assertThat(get(store().append(append))).isEqualTo(repeated(first));
  }

  @Test
  void append_partlyStored_storesTheRest() {
    Session session = newSession();
    Message.Draft a = Sessions.draft("a");
    Message.Draft b = Sessions.draft("b");
    appended(session, a, b);

    AppendResult appended = appended(session, Sessions.draft("c"), b, Sessions.draft("d"), a);

    assertThat(sequences(appended.messages())).containsExactly(3L, 2L, 4L, 1L);
    assertThat(texts(messages(session))).containsExactly("a", "b", "c", "d");
    assertThat(appended.session().headSequence()).isEqualTo(4);
  }

  @Test
  void append_partlyStoredWithStaleHead_refused() {
    Session session = newSession();
    Message.Draft a = Sessions.draft("a");
    appended(session, a);

    refused(
        ErrorReason.STALE_SEQUENCE,
        store()
            .append(
                append(
                    Sessions.ref(session),
                    null,
                    OptionalLong.of(0),
                    List.of(a, Sessions.draft("b")))));

    assertThat(texts(messages(session))).containsExactly("a");
  }

  private Append choosing(Session session, Set<String> chosenIds, Message.Draft... drafts) {
    return new Append(
        Sessions.ref(session),
        null,
        OptionalLong.empty(),
        List.of(drafts),
        chosenIds,
        clock.instant());
  }
}
