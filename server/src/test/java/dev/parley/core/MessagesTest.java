package dev.parley.core;

import static dev.parley.core.CoreFixture.allPages;
import static dev.parley.core.CoreFixture.first;
import static dev.parley.core.CoreFixture.keyRef;
import static dev.parley.core.CoreFixture.message;
import static dev.parley.core.CoreFixture.ref;
import static dev.parley.testing.Failures.assertInvalid;
import static dev.parley.testing.Failures.assertReason;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.auth.Caller;
import dev.parley.core.append.AppendRequest;
import dev.parley.core.append.NewMessage;
import dev.parley.core.page.MessageListing;
import dev.parley.core.page.MessageWindow;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.model.Agent;
import dev.parley.model.AppendResult;
import dev.parley.model.Content;
import dev.parley.model.ErrorReason;
import dev.parley.model.Expiry;
import dev.parley.model.FieldViolation;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessagesTest {
  private final CoreFixture core = new CoreFixture();
  private final Messages messages = core.messages;

  private CompletableFuture<AppendResult> append(
      Caller caller, SessionRef ref, boolean createIfMissing, NewMessage... added) {
    return messages.append(
        caller, new AppendRequest(ref, createIfMissing, OptionalLong.empty(), List.of(added)));
  }

  private static List<String> texts(List<Message> messages) {
    return messages.stream().map(m -> new String(m.draft().content().utf8(), UTF_8)).toList();
  }

  private static List<Long> sequences(List<Message> messages) {
    return messages.stream().map(Message::sequence).toList();
  }

  @Test
  void append_numbersMessagesInOrder() {
    Session session = core.create(core.root, "key");
    core.clock.advance();

    AppendResult appended = core.append(session, message("a"), message("b"));
    AppendResult next = core.append(session, message("c"));

    assertThat(sequences(appended.messages())).containsExactly(1L, 2L);
    assertThat(texts(appended.messages())).containsExactly("a", "b");
    assertThat(sequences(next.messages())).containsExactly(3L);
    assertThat(next.session().headSequence()).isEqualTo(3);
    assertThat(next.session().updateTime()).isEqualTo(core.now());
  }

  @Test
  void append_keepsAllFields() {
    Session session = core.create(core.root, "key");
    Json metadata = Json.ofUtf8("{\"b\": 1.0, \"a\":2}".getBytes(UTF_8));
    NewMessage added =
        new NewMessage(
            "m-1",
            Role.TOOL,
            Content.blocks(Json.ofUtf8("[{}]".getBytes(UTF_8))),
            "run-1",
            metadata);

    Message stored = core.append(session, added).messages().get(0);

    assertThat(stored)
        .isEqualTo(
            new Message(
                1,
                new Message.Draft("m-1", Role.TOOL, added.content(), "run-1", metadata),
                core.now()));
  }

  @Test
  void append_withoutMessageId_drawsDifferentIds() {
    Session session = core.create(core.root, "key");

    List<Message> stored = core.append(session, message("a"), message("a")).messages();

    assertThat(stored)
        .extracting(m -> UUID.fromString(m.draft().messageId()))
        .doesNotHaveDuplicates();
    assertThat(sequences(stored)).containsExactly(1L, 2L);
  }

  @Test
  void append_sameMessageIdAgain_answersTheStoredMessage() {
    Session session = core.create(core.root, "key");
    NewMessage once = message("m-1", Role.USER, "text");
    Message stored = core.append(session, once).messages().get(0);
    core.clock.advance();

    AppendResult again = core.append(session, once, message("next"));

    assertThat(again.messages().get(0)).isEqualTo(stored);
    assertThat(sequences(again.messages())).containsExactly(1L, 2L);
  }

  @Test
  void append_retryOfAWholeAppend_changesNothing() {
    Session session = core.create(core.root, "key");
    NewMessage once = message("m-1", Role.USER, "text");
    AppendResult first = core.append(session, once);
    core.clock.advance();

    AppendResult retry =
        messages
            .append(
                core.root,
                new AppendRequest(ref(session), false, OptionalLong.of(0), List.of(once)))
            .join();

    assertThat(retry).isEqualTo(new AppendResult(first.session(), first.messages(), List.of()));
  }

  /** A client may not remember the time that it sent first. */
  @Test
  void append_sameMessageWithOtherClientTime_answersTheStoredMessage() {
    Session session = core.create(core.root, "key");
    Instant time = Instant.parse("2020-01-02T03:04:05.123456789Z");
    Message stored = core.append(session, at(time)).messages().get(0);

    AppendResult again = append(core.root, ref(session), false, at(time.plusSeconds(1))).join();
    AppendResult without = append(core.root, ref(session), false, at(null)).join();

    assertThat(stored.draft().clientTime()).isEqualTo("2020-01-02T03:04:05.123456Z");
    assertThat(stored.createTime()).isAfter(time);
    assertThat(again.messages()).containsExactly(stored);
    assertThat(without.messages()).containsExactly(stored);
  }

  private static NewMessage at(@Nullable Instant time) {
    return new NewMessage("m-1", Role.USER, Content.text("x"), null, Json.EMPTY_OBJECT, time);
  }

  private static NewMessage blocks(String messageId, String json, String metadata) {
    return new NewMessage(
        messageId,
        Role.TOOL,
        Content.blocks(Json.ofUtf8(json.getBytes(UTF_8))),
        null,
        Json.ofUtf8(metadata.getBytes(UTF_8)));
  }

  @Test
  void append_sameValueInAnotherSpelling_answersTheStoredMessage() {
    Session session = core.create(core.root, "key");
    NewMessage once = blocks("m-1", "[{\"v\":1.0,\"t\":\"\\u00e9\"}]", "{\"a\":1,\"b\":2}");
    Message stored = core.append(session, once).messages().get(0);
    NewMessage again = blocks("m-1", "[{\"t\": \"é\", \"v\": 1}]", "{\"b\":2,\"a\":1}");

    AppendResult answer =
        append(core.root, keyRef(session), false, again, message("next"), again).join();

    assertThat(answer.messages().get(0)).isEqualTo(stored);
    assertThat(answer.messages().get(2)).isEqualTo(stored);
    assertThat(answer.session().headSequence()).isEqualTo(2);
  }

  @Test
  void append_anotherValue_refusedAndNothingStored() {
    Session session = core.create(core.root, "key");
    core.append(session, blocks("m-1", "[{\"v\":1}]", "{}"));

    for (NewMessage other :
        List.of(
            blocks("m-1", "[{\"v\":2}]", "{}"),
            blocks("m-1", "[{\"v\":1}]", "{\"a\":1}"),
            message("m-1", Role.TOOL, "[{\"v\":1}]"))) {
      assertReason(
          ErrorReason.MESSAGE_ID_REUSED,
          () -> append(core.root, ref(session), false, message("next"), other));
    }
    assertThat(list(core.root, session, false)).hasSize(1);
  }

  @Test
  void append_sameMessageIdWithOtherContent_refused() {
    Session session = core.create(core.root, "key");
    core.append(session, message("m-1", Role.USER, "text"));

    SessionException failure =
        assertReason(
            ErrorReason.MESSAGE_ID_REUSED,
            () -> append(core.root, ref(session), false, message("m-1", Role.USER, "other")));

    assertThat(failure.metadata()).isEqualTo(Map.of("message_id", "m-1"));
  }

  @Test
  void append_expectedHead_mustBeThePresentOne() {
    Session session = core.create(core.root, "key");
    core.append(session, message("a"));

    SessionException failure =
        assertReason(
            ErrorReason.STALE_SEQUENCE,
            () ->
                messages.append(
                    core.root,
                    new AppendRequest(
                        ref(session), false, OptionalLong.of(0), List.of(message("b")))));
    AppendResult appended =
        messages
            .append(
                core.root,
                new AppendRequest(ref(session), false, OptionalLong.of(1), List.of(message("b"))))
            .join();

    assertThat(failure.metadata()).isEqualTo(Map.of("head_sequence", "1"));
    assertThat(appended.session().headSequence()).isEqualTo(2);
  }

  @Test
  void append_missingSession_createdOnlyIfAskedFor() {
    SessionRef.ByKey key = core.master.byKey(core.agentId(), "key");

    assertReason(
        ErrorReason.SESSION_NOT_FOUND, () -> append(core.master, key, false, message("a")));
    AppendResult appended = append(core.master, key, true, message("a")).join();

    assertThat(appended.session().key()).isEqualTo("key");
    assertThat(appended.session().headSequence()).isEqualTo(1);
    assertThat(append(core.master, key, true, message("b")).join().session().sessionId())
        .isEqualTo(appended.session().sessionId());
  }

  @Test
  void append_missingSessionById_neverCreated() {
    SessionRef.ById id = core.root.byId(core.agentId(), UUID.randomUUID());

    assertReason(ErrorReason.SESSION_NOT_FOUND, () -> append(core.root, id, true, message("a")));
  }

  @Test
  void append_missingSession_isTheUsers() {
    Caller app = CoreFixture.user("ada", "app");

    Session created =
        append(app, app.byKey(core.agentId(), "key"), true, message("a")).join().session();

    assertThat(created.profile().user()).isEqualTo("ada");
    assertThat(created.profile().client()).isEqualTo("app");
  }

  @Test
  void append_missingSession_getsTheAgentsDefaultTtl() {
    Duration day = Duration.ofDays(1);
    core.agents
        .update(core.root, core.agentId(), null, before -> new Agent.Profile(null, null, day))
        .join();

    Session created =
        append(core.root, core.root.byKey(core.agentId(), "key"), true, message("a"))
            .join()
            .session();

    assertThat(created.profile().expiry()).isEqualTo(new Expiry(null, day, true));
  }

  @Test
  void append_keyOfAnotherUsersSession_refusedWithoutTheHolder() {
    Session ofAda = core.create(core.ada, "key");
    SessionRef.ByKey key = core.bob.byKey(core.agentId(), "key");

    assertReason(ErrorReason.SESSION_NOT_FOUND, () -> append(core.bob, key, false, message("a")));
    SessionException failure =
        assertReason(ErrorReason.KEY_IN_USE, () -> append(core.bob, key, true, message("a")));

    assertThat(failure.metadata()).isEmpty();
    assertThat(core.sessions.get(core.ada, keyRef(ofAda)).join()).isEqualTo(ofAda);
  }

  @Test
  void append_archivedSession_refused() {
    Session archived = core.archive(core.create(core.root, "key"));

    assertReason(
        ErrorReason.SESSION_ARCHIVED, () -> append(core.root, ref(archived), false, message("a")));
  }

  @Test
  void append_contentUpToTheBound_isAccepted() {
    Session session = core.create(core.root, "key");
    String longest = "x".repeat(CoreFixture.CONTENT_BYTES_MAX);

    assertThat(texts(core.append(session, message(longest)).messages())).containsExactly(longest);
  }

  @Test
  void append_contentOverTheBound_refusedWithItsPlace() {
    Session session = core.create(core.root, "key");
    // Bytes count, not characters.
    String tooLong = "x".repeat(CoreFixture.CONTENT_BYTES_MAX - 1) + "\u00e9";

    FieldViolation violation =
        assertInvalid(
            "messages[1].content",
            () -> append(core.root, ref(session), false, message("a"), message(tooLong)));

    assertThat(violation.rule()).isEqualTo(FieldViolation.Rule.MAX_BYTES);
    assertThat(violation.bound()).isEqualTo(CoreFixture.CONTENT_BYTES_MAX);
    assertThat(list(core.root, session, false)).isEmpty();
  }

  @Test
  void append_clockSetBack_timesNeverDecrease() {
    Session session = core.create(core.root, "key");
    Instant later = core.append(session, message("a")).session().updateTime();
    core.clock.advance(Duration.ofHours(-1));

    AppendResult appended = core.append(session, message("b"));

    assertThat(appended.session().updateTime()).isEqualTo(later);
    assertThat(appended.messages().get(0).createTime()).isEqualTo(later);
  }

  private CompletableFuture<Page<Message>> list(
      Caller caller, SessionRef.ById ref, boolean newestFirst, PageRequest page) {
    return messages
        .list(caller, MessageListing.all(ref, newestFirst), page)
        .thenApply(window -> new Page<>(window.messages(), window.nextToken()));
  }

  private List<Message> list(Caller caller, Session session, boolean newestFirst) {
    SessionRef.ById ref = caller.byId(session.agentId(), session.sessionId());
    return list(caller, ref, newestFirst, first(99)).join().items();
  }

  @Test
  void list_fromEitherEnd_inPages() {
    Session session = core.create(core.root, "key");
    core.append(session, message("a"), message("b"), message("c"));

    for (int size = 1; size <= 4; size++) {
      assertThat(texts(allPages(size, page -> list(core.root, ref(session), false, page))))
          .containsExactly("a", "b", "c");
      assertThat(texts(allPages(size, page -> list(core.root, ref(session), true, page))))
          .containsExactly("c", "b", "a");
    }
  }

  @Test
  void list_messagesOfEveryRole() {
    Session session = core.create(core.root, "key");
    for (Role role : Role.values()) {
      core.append(session, message(null, role, role.name()));
    }

    assertThat(list(core.root, session, false))
        .extracting(m -> m.draft().role())
        .containsExactly(Role.values());
  }

  @Test
  void list_sessionOfAnotherUser_isNotFound() {
    Session session = core.create(core.ada, "key");
    core.append(session, message("a"));

    assertThat(list(core.ada, session, true)).hasSize(1);
    assertReason(
        ErrorReason.SESSION_NOT_FOUND,
        () -> list(core.bob, core.bob.byId(core.agentId(), session.sessionId()), true, first(9)));
  }

  @Test
  void list_archivedSession_isReadable() {
    Session session = core.create(core.root, "key");
    core.append(session, message("a"));

    assertThat(texts(list(core.root, core.archive(session), true))).containsExactly("a");
  }

  @Test
  void list_tokenOfAnotherOrderSessionOrCaller_refused() {
    Session session = core.create(core.root, "key");
    Session other = core.create(core.root, "other");
    core.append(session, message("a"), message("b"));
    String token = list(core.root, ref(session), true, first(1)).join().nextToken();
    PageRequest page = new PageRequest(1, token);

    assertReason(ErrorReason.INVALID_PAGE_TOKEN, () -> list(core.root, ref(session), false, page));
    assertReason(ErrorReason.INVALID_PAGE_TOKEN, () -> list(core.root, ref(other), true, page));
    assertReason(ErrorReason.INVALID_PAGE_TOKEN, () -> list(core.master, ref(session), true, page));
    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () -> core.runs.list(core.root, ref(session), true, Set.of(), page));
  }

  @Test
  void list_page_endsBeforeItTakesTooManyBytes() {
    Messages large =
        new Messages(core.store, core.tokens, core.ids, core.clock, core.audit, 1 << 21);
    Session session = core.create(core.root, "key");
    String text = "x".repeat(1 << 20);
    large
        .append(
            core.root,
            new AppendRequest(
                ref(session),
                false,
                OptionalLong.empty(),
                List.of(message(text), message(text), message(text))))
        .join();

    MessageListing all = MessageListing.all(ref(session), false);
    MessageWindow page = large.list(core.root, all, first(9)).join();
    MessageWindow next = large.list(core.root, all, new PageRequest(9, page.nextToken())).join();

    assertThat(sequences(page.messages())).containsExactly(1L, 2L);
    assertThat(sequences(next.messages())).containsExactly(3L);
  }
}
