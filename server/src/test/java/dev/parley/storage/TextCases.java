package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Content;
import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.query.AgentQuery;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.testing.Sessions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

abstract class TextCases extends StoreCases {

  static List<String> contents() {
    return List.of(
        "",
        " \t\r\n ",
        "👩‍👩‍👧‍👦 🦜 \uD83C\uDDEE\uD83C\uDDF8",
        "a\0b\0",
        "שלום עליכם \u202Eabc\u202C مرحبا",
        "e\u0301 is not \u00e9",
        "\uFEFF\uFFFD\uFFFF",
        "'; DROP TABLE sessions; -- \\ \" %_",
        "x".repeat(1024 * 1024));
  }

  @ParameterizedTest
  @MethodSource("contents")
  void content_comesBackAsItCame(String text) {
    Session session = newSession();
    Message.Draft draft = Sessions.draft("m", Role.USER, Content.text(text));

    appended(session, draft);

    assertThat(messages(session).get(0).draft().equals(draft)).isTrue();
    assertThat(appended(session, draft).messages().get(0).sequence()).isEqualTo(1);
  }

  static List<String> texts() {
    return List.of("", "\0", "\0\0", "\1", "\1\0", "\0\1\2", "a\0b\1c\2", "\1\1", "\uFDD0 \uFFFF");
  }

  @ParameterizedTest
  @MethodSource("texts")
  void label_comesBackAsItCame(String text) {
    Session session =
        get(
            store()
                .createSession(
                    Sessions.of(newAgent().agentId(), Session.Profile.EMPTY.withLabel(text))));

    assertThat(find(session).profile().label()).isEqualTo(text);
    assertThat(list(session.agentId(), false)).containsExactly(session);
  }

  @Test
  void names_withControlCharacters_nameNothing() {
    Session session = newSession();
    UUID agentId = session.agentId();

    assertThat(
            get(store().findSession(new SessionRef.ByKey(agentId, "\0", null), Cancellation.NONE)))
        .isEmpty();
    assertThat(get(store().findSessions(SessionFilter.ofAgent(agentId), "a\0b", Cancellation.NONE)))
        .isEmpty();
    assertThat(
            get(store().findRuns(Sessions.ref(session), Set.of("\0"), Cancellation.NONE))
                .orElseThrow()
                .runs())
        .isEmpty();
    assertThat(get(store().listAgents(new AgentQuery("\0", null, 1), Cancellation.NONE))).isEmpty();
    assertThat(
            get(
                store()
                    .listKeys(
                        new KeyQuery(
                            new SessionFilter(null, "o\0", "u\1\0", null),
                            null,
                            100,
                            Long.MAX_VALUE),
                        Cancellation.NONE)))
        .isEmpty();
  }

  @Test
  void keys_thatDifferInCase_differ() {
    assertAllDiffer(List.of("Key", "key", "KEY", "ß", "SS", "ss", "İ", "i", "I", "ı"));
  }

  @Test
  void keys_prefixesOfEachOther_differ() {
    assertAllDiffer(List.of("a", "aa", "a:", "a:b", "a ", " a", "a\u0301", "á"));
  }

  @Test
  void keys_ofTheLongestKind_areKept() {
    assertAllDiffer(List.of("🦜".repeat(255), "🦜".repeat(254), "🦜".repeat(254) + "🦝"));
  }

  @Test
  void messageIds_areKeptApart() {
    Session session = newSession();
    List<String> ids = List.of("m", "M", "mm", "m\u0301", "🦜".repeat(255), "🦜".repeat(254));
    for (String id : ids) {
      appended(session, Sessions.draft(id, id));
    }

    assertThat(messages(session)).extracting(m -> m.draft().messageId()).isEqualTo(ids);
    refused(
        ErrorReason.MESSAGE_ID_REUSED,
        store().append(append(session, List.of(Sessions.draft("🦜".repeat(255), "other")))));
  }

  private void assertAllDiffer(List<String> keys) {
    UUID agentId = newAgent().agentId();
    List<Session> made =
        keys.stream().map(key -> get(store().createSession(Sessions.of(agentId, key)))).toList();

    for (Session session : made) {
      assertThat(get(store().findSession(Sessions.keyRef(session), Cancellation.NONE)))
          .contains(session);
    }
  }
}
