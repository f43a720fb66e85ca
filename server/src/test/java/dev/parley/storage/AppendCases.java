package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.AppendResult;
import dev.parley.model.Content;
import dev.parley.model.ErrorReason;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.testing.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

abstract class AppendCases extends StoreCases {

  @Test
  void append_numbersOnFromTheHead() {
    Session session = newSession();

    AppendResult first = appended(session, Sessions.draft("a"), Sessions.draft("b"));
    AppendResult second = appended(session, Sessions.draft("c"));

    assertThat(sequences(first.messages())).containsExactly(1L, 2L);
    assertThat(sequences(second.messages())).containsExactly(3L);
    assertThat(second.session().headSequence()).isEqualTo(3);
    assertThat(find(session)).isEqualTo(second.session());
    assertThat(texts(messages(session))).containsExactly("a", "b", "c");
  }

  @Test
  void append_aThousand_inOrder() {
    Session session = newSession();

    AppendResult appended = get(store().append(append(session, Sessions.drafts(1_000))));

    assertThat(messages(session)).isEqualTo(appended.messages()).hasSize(1_000);
    assertThat(appended.messages().get(999).sequence()).isEqualTo(1_000);
  }

  @Test
  void append_leavesTheRevision() {
    Session session = newSession();

    assertThat(appended(session, Sessions.draft("a")).session().revision())
        .isEqualTo(session.revision());
  }

  @Test
  void append_movesTheSessionToTheFront() {
    Session older = newSession();
    clock.advance(Duration.ofDays(1));
    Session newer = newSession(older.agentId());

    Session moved = appended(older, Sessions.draft("a")).session();

    assertThat(list(older.agentId(), false)).containsExactly(moved, newer);
  }

  /** The client time is stored as it came, and orders nothing. */
  @Test
  void append_clientTimes_comeBackInTheOrderOfTheAppend() {
    Session session = newSession();
    List<Instant> times =
        List.of(
            Instant.parse("9999-12-31T23:59:59.999999Z"),
            Instant.EPOCH,
            Instant.parse("0001-01-01T00:00:00.000001Z"));

    for (Instant time : times) {
      appended(
          session,
          new Message.Draft(
              time.toString(), Role.USER, Content.text("x"), null, Json.EMPTY_OBJECT, time));
    }
    appended(session, Sessions.draft("none"));

    assertThat(messages(session))
        .extracting(message -> message.draft().clientTime())
        .containsExactly(times.get(0), times.get(1), times.get(2), null);
    assertThat(find(session).updateTime()).isAfter(times.get(1)).isBefore(times.get(0));
  }

  @Test
  void append_toBlocksAndText_comeBackAsTheyCame() {
    Session session = newSession();
    String blocks =
        "[ {\"type\":\"text\",\"n\":1.0e2, \"a\":\"\\u00e9\"},\n {\"b\":12345678901234567890} ]";
    Message.Draft draft =
        new Message.Draft(
            "m1",
            Role.TOOL,
            Content.blocks(Sessions.json(blocks)),
            "",
            Sessions.json("{\"z\":1,\"a\":{ }}"));
    Message.Draft text = Sessions.draft("m2", Role.SYSTEM, Content.text(blocks));

    appended(session, draft, text);

    assertThat(messages(session)).extracting(Message::draft).containsExactly(draft, text);
  }

  @Test
  void append_clockGoesBack_timesDoNot() {
    Session session = newSession();
    Instant first = appended(session, Sessions.draft("a")).session().updateTime();
    clock.advance(Duration.ofDays(-10));

    AppendResult second = appended(session, Sessions.draft("b"));

    assertThat(second.session().updateTime()).isEqualTo(first);
    assertThat(second.messages().get(0).createTime()).isEqualTo(first);
  }

  @Test
  void append_nanoseconds_answersMicroseconds() {
    Session session = newSession();
    Instant now = Instant.parse("2040-01-01T00:00:00.000001999Z");

    AppendResult appended =
        get(
            store()
                .append(
                    new Append(
                        Sessions.ref(session),
                        null,
                        OptionalLong.empty(),
                        Sessions.drafts(1),
                        now)));

    assertThat(appended.messages().get(0).createTime()).isEqualTo("2040-01-01T00:00:00.000001Z");
    assertThat(appended.session().updateTime()).isEqualTo("2040-01-01T00:00:00.000001Z");
    assertThat(messages(session)).isEqualTo(appended.messages());
  }

  @Test
  void append_unknownSession_refused() {
    Session session = Sessions.of(newAgent().agentId());

    refused(ErrorReason.SESSION_NOT_FOUND, store().append(append(session, Sessions.drafts(1))));
    refused(
        ErrorReason.SESSION_NOT_FOUND,
        store()
            .append(
                append(Sessions.keyRef(session), null, OptionalLong.empty(), Sessions.drafts(1))));
  }

  @Test
  void append_unknownId_makesNone() {
    Session session = Sessions.of(newAgent().agentId());

    refused(
        ErrorReason.SESSION_NOT_FOUND,
        store()
            .append(
                append(Sessions.ref(session), session, OptionalLong.empty(), Sessions.drafts(1))));
  }

  @Test
  void append_createIfMissing_makesTheSession() {
    Session session = Sessions.of(newAgent().agentId(), "new", clock.instant());

    AppendResult appended = get(store().append(making(session, OptionalLong.of(0))));

    assertThat(appended.session().sessionId()).isEqualTo(session.sessionId());
    assertThat(appended.session().createTime()).isEqualTo(session.createTime());
    assertThat(appended.session().headSequence()).isEqualTo(1);
    assertThat(get(store().findSession(Sessions.keyRef(session), Cancellation.NONE)))
        .contains(appended.session());
    assertThat(list(session.agentId(), false)).containsExactly(appended.session());
  }

  @Test
  void append_createIfMissing_takesTheOneThatIsThere() {
    Session there = newSession();
    Session other = Sessions.of(there.agentId(), there.key());

    AppendResult appended = get(store().append(making(other, OptionalLong.empty())));

    assertThat(appended.session().sessionId()).isEqualTo(there.sessionId());
    assertThat(list(there.agentId(), false)).hasSize(1);
  }

  @Test
  void append_createIfMissingForUnknownAgent_refused() {
    Session session = Sessions.of(UUID.randomUUID());

    refused(ErrorReason.AGENT_NOT_FOUND, store().append(making(session, OptionalLong.empty())));
  }

  @Test
  void append_createIfMissingWithStaleHead_makesNone() {
    Session session = Sessions.of(newAgent().agentId());

    refused(ErrorReason.STALE_SEQUENCE, store().append(making(session, OptionalLong.of(1))));

    assertThat(list(session.agentId(), false)).isEmpty();
    assertThat(get(store().findSession(Sessions.keyRef(session), Cancellation.NONE))).isEmpty();
  }

  @Test
  void append_createIfMissingKeyOfAnArchive_makesAnother() {
    Session old = newSession();
    archive(old);

    AppendResult appended =
        get(store().append(making(Sessions.of(old.agentId(), old.key()), OptionalLong.empty())));

    assertThat(appended.session().sessionId()).isNotEqualTo(old.sessionId());
  }

  @Test
  void append_staleHead_refusedWithThePresentOne() {
    Session session = newSession();
    appended(session, Sessions.draft("a"), Sessions.draft("b"));

    SessionException e =
        refused(ErrorReason.STALE_SEQUENCE, store().append(expecting(session, 1, 1)));

    assertThat(e.metadata()).containsEntry("head_sequence", "2");
    assertThat(texts(messages(session))).containsExactly("a", "b");
    assertThat(get(store().append(expecting(session, 2, 1))).session().headSequence()).isEqualTo(3);
  }

  @Test
  void append_noDrafts_cannotBeAsked() {
    Session session = newSession();

    assertThatThrownBy(() -> append(session, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
