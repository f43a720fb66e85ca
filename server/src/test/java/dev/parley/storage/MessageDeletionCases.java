package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.ErrorReason;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditAction;
import dev.parley.model.audit.AuditContext;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.query.AuditQuery;
import dev.parley.storage.query.MessageLookup;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.rules.Micros;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

abstract class MessageDeletionCases extends StoreCases {
  private static final Set<Role> ALL = EnumSet.allOf(Role.class);
  private static final String RUN = "run-1";

  private Session session;
  private List<Message> stored;

  @BeforeEach
  void appendFive() {
    session = newSession();
    appended(newSession(session.agentId()), draft("m2", Role.USER, null));
    session =
        appended(
                session,
                draft("m1", Role.USER, null),
                draft("m2", Role.ASSISTANT, RUN),
                draft("m3", Role.TOOL, RUN),
                draft("m4", Role.USER, null),
                draft("m5", Role.ASSISTANT, null))
            .session();
    stored = messages(session);
  }

  private static Message.Draft draft(String id, Role role, String runId) {
    Message.Draft text = Sessions.draft(id, "text of " + id);
    return new Message.Draft(id, role, text.content(), runId, Sessions.json("{\"a\": 1}"));
  }

  private Message delete(String messageId) {
    return get(store().deleteMessage(Sessions.ref(session), messageId, AuditContexts.any()));
  }

  private Session clear() {
    return get(store().clearSession(Sessions.ref(session), s -> {}, AuditContexts.any()));
  }

  private List<Long> sequences(
      boolean newestFirst, Set<Role> roles, Set<String> runIds, boolean deleted, int limit) {
    return sequences(
        page(
            new MessageQuery(
                Sessions.ref(session),
                newestFirst,
                roles,
                runIds,
                deleted,
                0,
                limit,
                NO_BYTES_MAX)));
  }

  private static List<Long> sequences(MessagePage page) {
    return page.messages().stream().map(Message::sequence).toList();
  }

  private MessagePage page(MessageQuery query) {
    return get(store().listMessages(query, Cancellation.NONE)).orElseThrow();
  }

  private List<Message> lookup(Set<String> ids, Set<Long> sequences) {
    MessageLookup lookup = new MessageLookup(Sessions.ref(session), ids, sequences, NO_BYTES_MAX);
    return get(store().findMessages(lookup, Cancellation.NONE)).orElseThrow().messages();
  }

  @Test
  void deleteMessage_keepsTheRowWithoutContent() {
    AuditContext audit = AuditContexts.any();

    Message deleted = get(store().deleteMessage(Sessions.ref(session), "m2", audit));

    Message.Draft emptied = deleted.draft();
    assertThat(deleted.sequence()).isEqualTo(2);
    assertThat(deleted.createTime()).isEqualTo(stored.get(1).createTime());
    assertThat(deleted.deleteTime()).isEqualTo(Micros.truncate(audit.time()));
    assertThat(emptied.messageId()).isEqualTo("m2");
    assertThat(emptied.role()).isEqualTo(Role.ASSISTANT);
    assertThat(emptied.runId()).isEqualTo(RUN);
    assertThat(emptied.content().utf8()).isEmpty();
    assertThat(emptied.content().isBlocks()).isFalse();
    assertThat(emptied.metadata()).isEqualTo(Json.EMPTY_OBJECT);
    assertThat(lookup(Set.of("m2"), Set.of())).containsExactly(deleted);
    assertThat(lookup(Set.of(), Set.of(2L))).containsExactly(deleted);
  }

  @Test
  void deleteMessage_countsFallAndTheRestOfTheSessionStays() {
    delete("m2");
    Session afterSpoken = find(session);
    delete("m3");
    Session afterBoth = find(session);

    assertThat(afterSpoken.counts()).isEqualTo(new Session.Counts(5, 0, 1, 3, 0));
    assertThat(afterSpoken.messageCount()).isEqualTo(4);
    assertThat(afterBoth.counts()).isEqualTo(new Session.Counts(5, 0, 2, 3, 0));
    assertThat(afterBoth.updateTime()).isEqualTo(session.updateTime());
    assertThat(afterBoth.etag()).isEqualTo(session.etag());
    assertThat(list(session.agentId(), false)).contains(afterBoth);
  }

  @Test
  void deleteMessage_listsLeaveItOutUnlessAsked() {
    delete("m1");
    delete("m3");
    delete("m5");

    assertThat(sequences(false, ALL, null, false, 10)).containsExactly(2L, 4L);
    assertThat(sequences(true, ALL, null, false, 10)).containsExactly(4L, 2L);
    assertThat(sequences(false, ALL, null, true, 10)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(sequences(false, Set.of(Role.USER), null, false, 10)).containsExactly(4L);
    assertThat(sequences(false, ALL, Set.of(RUN), false, 10)).containsExactly(2L);
    assertThat(sequences(true, ALL, Set.of(RUN), true, 10)).containsExactly(3L, 2L);
    assertThat(snapshotSequences()).containsExactly(2L, 4L);
  }

  private List<Long> snapshotSequences() {
    try (StoreSnapshot snapshot = get(store().snapshot(Cancellation.NONE))) {
      return sequences(
          get(snapshot.listMessages(query(Sessions.ref(session), false, 0, 10))).orElseThrow());
    }
  }

  @Test
  void deleteMessage_pageLimit_countsOnlyWhatIsListed() {
    delete("m2");
    delete("m3");
    delete("m5");
    MessagePage one = page(query(Sessions.ref(session), false, 0, 1));
    MessagePage both = page(query(Sessions.ref(session), false, 0, 2));

    assertThat(sequences(one)).containsExactly(1L);
    assertThat(one.more()).isTrue();
    assertThat(sequences(both)).containsExactly(1L, 4L);
    assertThat(both.more()).isFalse();
    assertThat(sequences(page(query(Sessions.ref(session), false, 1, 1)))).containsExactly(4L);
  }

  @Test
  void deleteMessage_idCannotBeUsedAgain() {
    Message.Draft original = stored.get(1).draft();
    Message deleted = delete("m2");

    for (Message.Draft draft : List.of(original, deleted.draft(), Sessions.draft("m2", "new"))) {
      SessionException refused =
          refused(ErrorReason.MESSAGE_ID_REUSED, store().append(append(session, List.of(draft))));
      assertThat(refused.metadata()).containsEntry("message_id", "m2");
    }
    assertThat(appended(session, Sessions.draft("m6", "new")).messages().get(0).sequence())
        .isEqualTo(6);
    assertThat(find(session).messageCount()).isEqualTo(5);
  }

  @Test
  void deleteMessage_unknownOrDeleted_refusedAndNothingChanges() {
    delete("m2");
    Session before = find(session);

    for (String id : List.of("m2", "m6", "M1", "")) {
      SessionException refused =
          refused(
              ErrorReason.MESSAGE_NOT_FOUND,
              store().deleteMessage(Sessions.ref(session), id, AuditContexts.any()));
      assertThat(refused.metadata()).containsEntry("message_id", id);
    }
    assertThat(find(session)).isEqualTo(before);
  }

  @Test
  void deleteMessage_ofAnotherUserOrArchived_refused() {
    SessionRef ofOther =
        new SessionRef.ById(session.agentId(), session.sessionId(), "someone else");
    refused(
        ErrorReason.SESSION_NOT_FOUND, store().deleteMessage(ofOther, "m1", AuditContexts.any()));
    refused(
        ErrorReason.SESSION_NOT_FOUND, store().clearSession(ofOther, s -> {}, AuditContexts.any()));
    archive(session);
    refused(
        ErrorReason.SESSION_ARCHIVED,
        store().deleteMessage(Sessions.ref(session), "m1", AuditContexts.any()));
    refused(
        ErrorReason.SESSION_ARCHIVED,
        store().clearSession(Sessions.ref(session), s -> {}, AuditContexts.any()));

    assertThat(messages(session)).isEqualTo(stored);
  }

  @Test
  void deletions_areAudited() {
    AuditContext audit = AuditContexts.of(AuditAction.MESSAGE_DELETE, AuditContexts.TIME);
    AuditContext clearing = AuditContexts.of(AuditAction.SESSION_CLEAR, AuditContexts.TIME);

    get(store().deleteMessage(Sessions.ref(session), "m3", audit));
    get(store().clearSession(Sessions.ref(session), s -> {}, clearing));

    AuditQuery query = new AuditQuery(null, session.agentId(), "", null, null, null, 100);
    List<AuditEntry> entries = get(store().listAuditEntries(query, Cancellation.NONE));
    assertThat(entries)
        .filteredOn(entry -> entry.action().equals("message.delete"))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.target().sessionId()).isEqualTo(session.sessionId());
              assertThat(entry.target().messageSequence()).isEqualTo(3);
            });
    assertThat(entries)
        .filteredOn(entry -> entry.action().equals("session.clear"))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.target().sessionId()).isEqualTo(session.sessionId());
              assertThat(entry.target().messageSequence()).isNull();
            });
  }

  @Test
  void clearSession_removesAllMessagesAndGoesOnWithTheNextSequence() {
    delete("m4");

    Session cleared = clear();

    assertThat(cleared).isEqualTo(find(session));
    assertThat(cleared.counts()).isEqualTo(new Session.Counts(5, 5, 5, 0, 0));
    assertThat(cleared.messageCount()).isZero();
    assertThat(cleared.updateTime()).isEqualTo(session.updateTime());
    assertThat(sequences(false, ALL, null, true, 10)).isEmpty();
    assertThat(sequences(true, ALL, Set.of(RUN), true, 10)).isEmpty();
    assertThat(lookup(Set.of("m1", "m4"), Set.of(1L, 5L))).isEmpty();
    refused(
        ErrorReason.MESSAGE_NOT_FOUND,
        store().deleteMessage(Sessions.ref(session), "m1", AuditContexts.any()));

    Session after = appended(session, draft("m1", Role.USER, RUN)).session();

    assertThat(sequences(false, ALL, null, false, 10)).containsExactly(6L);
    assertThat(sequences(true, ALL, Set.of(RUN), false, 10)).containsExactly(6L);
    assertThat(
            lookup(Set.of("m1"), LongStream.rangeClosed(1, 6).boxed().collect(Collectors.toSet())))
        .isEqualTo(messages(session));
    assertThat(after.counts()).isEqualTo(new Session.Counts(6, 5, 5, 1, 0));
    assertThat(clear().counts()).isEqualTo(new Session.Counts(6, 6, 6, 0, 0));
    assertThat(clear().counts()).isEqualTo(new Session.Counts(6, 6, 6, 0, 0));
  }

  @Test
  void clearSession_guardRefuses_nothingChanges() {
    refused(
        ErrorReason.ETAG_MISMATCH,
        store()
            .clearSession(
                Sessions.ref(session),
                s -> {
                  throw new SessionException(ErrorReason.ETAG_MISMATCH, "no");
                },
                AuditContexts.any()));

    assertThat(find(session)).isEqualTo(session);
    assertThat(messages(session)).isEqualTo(stored);
  }

  @Test
  void clearSession_thenDeleteSession_isGone() {
    clear();
    appended(session, draft("m6", Role.USER, RUN));

    get(delete(session));

    assertThat(get(store().findSession(Sessions.ref(session), Cancellation.NONE))).isEmpty();
    get(store().createSession(Sessions.of(session.agentId(), session.key())));
  }
}
