package dev.parley.core;

import static dev.parley.core.CoreFixture.allPages;
import static dev.parley.core.CoreFixture.first;
import static dev.parley.core.CoreFixture.message;
import static dev.parley.core.CoreFixture.ref;
import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.auth.Caller;
import dev.parley.core.append.AppendRequest;
import dev.parley.core.page.PageRequest;
import dev.parley.model.ArchiveName;
import dev.parley.model.ErrorReason;
import dev.parley.model.Expiry;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ArchivesTest {
  private static final Session.Profile EMPTY = Session.Profile.EMPTY;

  private final CoreFixture core = new CoreFixture();
  private final Archives archives = core.archives;

  private static ArchiveName name(Session archived) {
    return ArchiveName.of(archived);
  }

  private static ArchiveName otherName(Session archived) {
    return new ArchiveName(archived.sessionId(), archived.archiveTime().plusMillis(1));
  }

  @Test
  void archive_takesTheSessionOutOfTheActiveList() {
    Session session = core.create(core.root, "key");
    core.clock.advance();

    Session archived = archives.archive(core.root, ref(session)).join();

    assertThat(archived).isEqualTo(session.withArchiveTime(core.now()));
    assertThat(archived.etag()).isNotEqualTo(session.etag());
    assertThat(active()).isEmpty();
    assertThat(core.lastAuditEntry().action()).isEqualTo("session.archive");
  }

  private List<Session> active() {
    return core.sessions.list(core.root, core.agentId(), null, first(9)).join().items();
  }

  @Test
  void archive_again_refused() {
    Session archived = core.archive(core.create(core.root, "key"));

    assertReason(ErrorReason.SESSION_ARCHIVED, () -> archives.archive(core.root, ref(archived)));
  }

  @Test
  void archive_unknownOrOfAnotherUser_isNotFound() {
    Session session = core.create(core.ada, "key");

    assertReason(
        ErrorReason.SESSION_NOT_FOUND,
        () -> archives.archive(core.bob, core.bob.byId(core.agentId(), session.sessionId())));
    assertReason(
        ErrorReason.SESSION_NOT_FOUND,
        () -> archives.archive(core.root, core.root.byId(core.agentId(), UUID.randomUUID())));
  }

  @Test
  void archive_releasesTheKey_andMakesReadOnly() {
    Session archived = core.archive(core.create(core.root, "key"));

    assertThat(core.create(core.root, "key").sessionId()).isNotEqualTo(archived.sessionId());
    assertReason(
        ErrorReason.SESSION_ARCHIVED,
        () ->
            core.messages.append(
                core.root,
                new AppendRequest(
                    ref(archived), false, OptionalLong.empty(), List.of(message("no")))));
  }

  @Test
  void restore_putsTheSessionBackUnderItsKey() {
    Session session = core.create(core.root, "key");
    core.archive(session);
    core.clock.advance();

    Session restored = archives.restore(core.root, ref(session), null).join();

    assertThat(restored.isArchived()).isFalse();
    assertThat(restored.key()).isEqualTo("key");
    assertThat(restored.updateTime()).isEqualTo(session.updateTime());
    assertThat(active()).containsExactly(restored);
    assertThat(core.lastAuditEntry().action()).isEqualTo("session.restore");
  }

  @Test
  void restore_activeSession_refused() {
    Session session = core.create(core.root, "key");

    assertReason(ErrorReason.SESSION_ACTIVE, () -> archives.restore(core.root, ref(session), null));
  }

  @Test
  void restore_keyInUse_refusedAndNothingChanges() {
    Session archived = core.archive(core.create(core.root, "key"));
    Session holder = core.create(core.root, "key");

    SessionException failure =
        assertReason(
            ErrorReason.KEY_IN_USE, () -> archives.restore(core.root, ref(archived), null));

    assertThat(failure.metadata()).containsEntry("session_id", holder.sessionId().toString());
    assertThat(core.sessions.get(core.root, ref(archived)).join()).isEqualTo(archived);
  }

  @Test
  void restore_keyInUse_hidesTheHolderFromAUser() {
    Session archived = core.archive(core.create(core.ada, "key"));
    core.create(core.bob, "key");

    for (SessionException failure :
        List.of(
            assertReason(
                ErrorReason.KEY_IN_USE, () -> archives.restore(core.ada, ref(archived), null)),
            assertReason(
                ErrorReason.KEY_IN_USE,
                () -> archives.restore(core.ada, core.agentId(), name(archived), p -> p)))) {
      assertThat(failure.metadata()).isEmpty();
    }
  }

  @Test
  void restore_expiredMeanwhile_neverExpires() {
    Expiry hour = new Expiry(null, Duration.ofHours(1), false);
    Session archived =
        core.archive(core.create(core.root, core.agentId(), "key", EMPTY.withExpiry(hour)));
    core.clock.advance(Duration.ofHours(2));

    Session restored = archives.restore(core.root, ref(archived), null).join();

    assertThat(restored.profile().expiry()).isEqualTo(Expiry.NEVER);
  }

  @Test
  void restore_notExpired_keepsItsExpiry() {
    Expiry hour = new Expiry(null, Duration.ofHours(1), false);
    Session archived =
        core.archive(core.create(core.root, core.agentId(), "key", EMPTY.withExpiry(hour)));

    assertThat(archives.restore(core.root, ref(archived), null).join().profile().expiry())
        .isEqualTo(hour);
  }

  @Test
  void restore_byName_changesTheProfile() {
    Session archived = core.archive(core.create(core.root, "key"));

    Session restored =
        archives
            .restore(core.root, core.agentId(), name(archived), p -> p.withLabel("label"))
            .join();

    assertThat(restored.isArchived()).isFalse();
    assertThat(restored.profile().label()).isEqualTo("label");
  }

  @Test
  void restore_byNameThatIsNotItsName_isNotFound() {
    Session active = core.create(core.root, "active");
    Session archived = core.archive(core.create(core.root, "key"));

    for (ArchiveName wrong :
        List.of(
            otherName(archived),
            new ArchiveName(active.sessionId(), core.now()),
            new ArchiveName(UUID.randomUUID(), core.now()))) {
      assertReason(
          ErrorReason.ARCHIVE_NOT_FOUND,
          () -> archives.restore(core.root, core.agentId(), wrong, p -> p));
    }
    assertReason(
        ErrorReason.ARCHIVE_NOT_FOUND,
        () -> archives.restore(core.root, core.sibling.agentId(), name(archived), p -> p));
    assertReason(
        ErrorReason.ARCHIVE_NOT_FOUND,
        () -> archives.restore(core.ada, core.agentId(), name(archived), p -> p));
    assertThat(core.sessions.get(core.root, ref(archived)).join()).isEqualTo(archived);
  }

  @Test
  void delete_byName_removesTheSession() {
    Session archived = core.archive(core.create(core.root, "key"));
    core.clock.advance();

    assertThat(archives.delete(core.root, core.agentId(), name(archived)).join())
        .isEqualTo(archived);

    assertThat(core.exists(archived)).isFalse();
    assertThat(core.lastAuditEntry().action()).isEqualTo("session.delete");
    assertReason(
        ErrorReason.ARCHIVE_NOT_FOUND,
        () -> archives.delete(core.root, core.agentId(), name(archived)));
  }

  @Test
  void delete_byNameThatIsNotItsName_isNotFound() {
    Session active = core.create(core.root, "active");
    Session archived = core.archive(core.create(core.root, "key"));

    assertReason(
        ErrorReason.ARCHIVE_NOT_FOUND,
        () -> archives.delete(core.root, core.agentId(), otherName(archived)));
    assertReason(
        ErrorReason.ARCHIVE_NOT_FOUND,
        () ->
            archives.delete(
                core.root, core.agentId(), new ArchiveName(active.sessionId(), core.now())));
    assertThat(core.exists(archived)).isTrue();
    assertThat(core.exists(active)).isTrue();
  }

  @Test
  void list_mostRecentlyArchivedFirst_inPages() {
    Session one = core.create(core.root, "one");
    Session two = core.create(core.root, "two");
    Session three = core.create(core.root, "three");
    core.create(core.root, "active");
    List<Session> archived = List.of(core.archive(two), core.archive(three), core.archive(one));

    for (int size = 1; size <= 4; size++) {
      assertThat(allPages(size, page -> archives.list(core.root, core.agentId(), null, page)))
          .containsExactly(archived.get(2), archived.get(1), archived.get(0));
    }
    assertThat(archives.listAll(core.root, core.agentId()).all().join())
        .containsExactly(archived.get(2), archived.get(1), archived.get(0));
  }

  @Test
  void list_byEachCaller_showsWhatItMaySee() {
    Session ofAda = core.archive(core.create(core.ada, "one"));
    Session ofBob = core.archive(core.create(core.bob, "two"));

    assertThat(list(core.root)).containsExactly(ofBob, ofAda);
    assertThat(list(core.agentKey)).containsExactly(ofBob, ofAda);
    assertThat(list(core.bob)).containsExactly(ofBob);
    assertThat(list(core.foreignMaster)).isEmpty();
  }

  private List<Session> list(Caller caller) {
    return archives.list(caller, core.agentId(), null, first(9)).join().items();
  }

  @Test
  void list_part_isFoundInKeyOrLabel() {
    Session byKey = core.archive(core.create(core.root, "a Parrot"));
    Session byLabel =
        core.archive(core.create(core.root, core.agentId(), "other", EMPTY.withLabel("parrots")));
    core.archive(core.create(core.root, "a cat"));
    core.create(core.root, "an active parrot");

    assertThat(allPages(1, page -> archives.list(core.root, core.agentId(), "PARROT", page)))
        .containsExactly(byLabel, byKey);
  }

  @Test
  void list_tokenOfAnotherQuery_refused() {
    core.archive(core.create(core.root, "parrot one"));
    core.archive(core.create(core.root, "parrot two"));
    String token = archives.list(core.root, core.agentId(), null, first(1)).join().nextToken();
    PageRequest page = new PageRequest(1, token);

    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () -> archives.list(core.root, core.agentId(), "parrot", page));
    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () -> core.sessions.list(core.root, core.agentId(), null, page));

    String ofPart = archives.list(core.root, core.agentId(), "parrot", first(1)).join().nextToken();
    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () -> archives.list(core.root, core.agentId(), "one", new PageRequest(1, ofPart)));
  }

  @Test
  void staleEtag_refusedAndNothingChanged() {
    Session session = core.create(core.root, "key");
    String stale = session.etag();
    Session changed =
        core.sessions
            .update(core.root, ref(session), null, profile -> profile.withLabel("label"))
            .join();

    assertReason(
        ErrorReason.ETAG_MISMATCH, () -> core.archives.archive(core.root, ref(session), stale));
    assertReason(
        ErrorReason.ETAG_MISMATCH, () -> core.sessions.delete(core.root, ref(session), stale));
    Session archived = core.archives.archive(core.root, ref(session), changed.etag()).join();
    assertReason(
        ErrorReason.ETAG_MISMATCH,
        () -> core.archives.restore(core.root, ref(session), changed.etag()));
    Session restored = core.archives.restore(core.root, ref(session), archived.etag()).join();
    core.sessions.delete(core.root, ref(session), restored.etag()).join();
    assertReason(ErrorReason.SESSION_NOT_FOUND, () -> core.sessions.get(core.root, ref(session)));
  }
}
