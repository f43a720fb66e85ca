package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.AppendResult;
import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.testing.Sessions;
import java.util.List;
import org.junit.jupiter.api.Test;

abstract class ArchiveCases extends StoreCases {

  @Test
  void archive_leavesActiveListsAndGivesItsKeyBack() {
    Session session = newSession();

    Session archived = archive(session);

    assertThat(list(session.agentId(), false)).isEmpty();
    assertThat(list(session.agentId(), true)).containsExactly(archived);
    assertThat(get(store().findSession(Sessions.keyRef(session), Cancellation.NONE))).isEmpty();
    assertThat(get(store().findSession(Sessions.ref(session), Cancellation.NONE)))
        .contains(archived);
  }

  @Test
  void archive_keepsMessages() {
    Session session = newSession();
    appended(session, Sessions.draft("kept"));

    archive(session);

    assertThat(texts(messages(session))).containsExactly("kept");
  }

  @Test
  void archive_keyIsFreeForAnother() {
    Session old = newSession();
    archive(old);

    Session next = get(store().createSession(Sessions.of(old.agentId(), old.key())));

    assertThat(get(store().findSession(Sessions.keyRef(old), Cancellation.NONE))).contains(next);
  }

  @Test
  void archive_otherTimeLater_movesInTheList() {
    Session one = newSession();
    Session two = newSession(one.agentId());
    archive(one);
    archive(two);

    archive(one);

    assertThat(list(one.agentId(), true))
        .extracting(Session::sessionId)
        .containsExactly(one.sessionId(), two.sessionId());
  }

  @Test
  void restore_isBackUnderItsKeyAndInItsPlace() {
    Session older = newSession();
    Session newer = newSession(older.agentId());
    archive(older);

    Session restored = get(restore(older));

    assertThat(restored.archiveTime()).isNull();
    assertThat(restored.updateTime()).isEqualTo(older.updateTime());
    assertThat(list(older.agentId(), false)).containsExactly(newer, restored);
    assertThat(list(older.agentId(), true)).isEmpty();
    assertThat(get(store().findSession(Sessions.keyRef(older), Cancellation.NONE)))
        .contains(restored);
  }

  @Test
  void restore_keyHeld_refusedAndNothingChanged() {
    Session session = newSession();
    Session archived = archive(session);
    Session holder = get(store().createSession(Sessions.of(session.agentId(), session.key())));

    SessionException e = refused(ErrorReason.KEY_IN_USE, restore(session));

    assertThat(e.metadata()).containsEntry("session_id", holder.sessionId().toString());
    assertThat(find(session)).isEqualTo(archived);
    assertThat(list(session.agentId(), true)).containsExactly(archived);
    assertThat(list(session.agentId(), false)).containsExactly(holder);
    assertThat(get(store().findSession(Sessions.keyRef(session), Cancellation.NONE)))
        .contains(holder);
  }

  @Test
  void restore_afterTheHolderLeft_isFine() {
    Session session = newSession();
    archive(session);
    Session holder = get(store().createSession(Sessions.of(session.agentId(), session.key())));
    get(delete(holder));

    Session restored = get(restore(session));

    assertThat(get(store().findSession(Sessions.keyRef(session), Cancellation.NONE)))
        .contains(restored);
  }

  @Test
  void archiveAndRestore_again_isTheSame() {
    Session session = newSession();
    for (int i = 0; i < 3; i++) {
      archive(session);
      get(restore(session));
    }

    assertThat(list(session.agentId(), false)).containsExactly(find(session));
    assertThat(find(session).revision()).isEqualTo(session.revision() + 6);
  }

  @Test
  void append_archived_refusedAndNothingWritten() {
    Session session = newSession();
    archive(session);

    refused(ErrorReason.SESSION_ARCHIVED, store().append(append(session, Sessions.drafts(1))));

    assertThat(messages(session)).isEmpty();
  }

  @Test
  void append_archivedButStoredBefore_answersAsTheFirstTime() {
    Session session = newSession();
    List<Message.Draft> drafts = Sessions.drafts(2);
    AppendResult first = get(store().append(append(session, drafts)));
    Session archived = archive(session);

    AppendResult again = get(store().append(append(session, drafts)));

    assertThat(again.messages()).isEqualTo(first.messages());
    assertThat(again.session()).isEqualTo(archived);
  }
}
