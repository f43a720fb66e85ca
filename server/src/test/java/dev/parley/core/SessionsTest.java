package dev.parley.core;

import static dev.parley.core.CoreFixture.allPages;
import static dev.parley.core.CoreFixture.first;
import static dev.parley.core.CoreFixture.keyRef;
import static dev.parley.core.CoreFixture.message;
import static dev.parley.core.CoreFixture.ref;
import static dev.parley.core.CoreFixture.user;
import static dev.parley.testing.Failures.assertInvalid;
import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.auth.Caller;
import dev.parley.auth.Principal;
import dev.parley.core.page.Batch;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.model.ErrorReason;
import dev.parley.model.Expiry;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Creating, reading, listing and deleting sessions of an agent. */
class SessionsTest {
  private static final Session.Profile EMPTY = Session.Profile.EMPTY;

  private final CoreFixture core = new CoreFixture();
  private final Sessions sessions = core.sessions;
  private final Caller appMaster = CoreFixture.caller(new Principal.Master("acme", "app", null));

  private Session create(Caller caller, Session.Profile profile) {
    return core.create(caller, core.agentId(), "key-" + UUID.randomUUID(), profile);
  }

  @Test
  void create_withKey_isActiveAndEmpty() {
    Session session = core.create(core.root, "key");

    assertThat(session)
        .isEqualTo(Session.create(core.agentId(), core.ids.last(), "key", EMPTY, core.now()));
    assertThat(sessions.get(core.root, ref(session)).join()).isEqualTo(session);
    assertThat(sessions.get(core.root, keyRef(session)).join()).isEqualTo(session);
  }

  @Test
  void create_withoutKey_drawsOne() {
    Session ofNull = sessions.create(core.root, core.agentId(), null, EMPTY).join();
    Session ofEmpty = sessions.create(core.root, core.agentId(), "", EMPTY).join();

    assertThat(List.of(ofNull.key(), ofEmpty.key()))
        .allMatch(key -> key.matches("api:[0-9a-f]{12}"))
        .doesNotHaveDuplicates();
  }

  @Test
  void create_nanoseconds_areCut() {
    core.clock.advance(Duration.ofNanos(1_999));

    assertThat(core.create(core.root, "key").createTime()).isEqualTo(core.now().minusNanos(999));
  }

  @Test
  void create_keyInUse_namesTheHolderToAnOwner() {
    Session holder = core.create(core.root, "key");

    SessionException failure =
        assertReason(
            ErrorReason.KEY_IN_USE,
            () -> sessions.create(core.master, core.agentId(), "key", EMPTY));

    assertThat(failure.metadata())
        .isEqualTo(Map.of("key", "key", "session_id", holder.sessionId().toString()));
  }

  @Test
  void create_keyInUse_hidesTheHolderFromAUser() {
    Session holder = core.create(core.ada, "key");

    SessionException failure =
        assertReason(
            ErrorReason.KEY_IN_USE, () -> sessions.create(core.bob, core.agentId(), "key", EMPTY));

    assertThat(failure.metadata()).isEmpty();
    assertThat(failure.getMessage()).doesNotContain(holder.sessionId().toString(), "key\"");
  }

  @Test
  void create_keyOfAnotherAgent_isFree() {
    core.create(core.root, "key");

    Session other = core.create(core.root, core.sibling.agentId(), "key", EMPTY);

    assertThat(sessions.get(core.root, keyRef(other)).join()).isEqualTo(other);
  }

  @Test
  void create_unknownAgent_refused() {
    assertReason(
        ErrorReason.AGENT_NOT_FOUND,
        () -> sessions.create(core.root, UUID.randomUUID(), "key", EMPTY));
  }

  @Test
  void create_byUser_isTheUsersAndItsClients() {
    Session session = create(user("ada", "app"), EMPTY);

    assertThat(session.profile().user()).isEqualTo("ada");
    assertThat(session.profile().client()).isEqualTo("app");
  }

  @Test
  void create_byUserForAnotherUser_refused() {
    assertInvalid(
        "user", () -> sessions.create(core.ada, core.agentId(), "key", EMPTY.withUser("bob")));
  }

  @Test
  void create_byUserForAnotherClient_refused() {
    assertInvalid(
        "client",
        () ->
            sessions.create(user("ada", "app"), core.agentId(), "key", EMPTY.withClient("other")));
    assertInvalid(
        "client",
        () -> sessions.create(core.ada, core.agentId(), "key", EMPTY.withClient("other")));
  }

  @Test
  void create_byMaster_mayNameAnyUserAndClient() {
    Session named = create(appMaster, EMPTY.withUser("bob").withClient("other"));
    Session unnamed = create(appMaster, EMPTY);

    assertThat(named.profile().user()).isEqualTo("bob");
    assertThat(named.profile().client()).isEqualTo("other");
    assertThat(unnamed.profile().user()).isNull();
    assertThat(unnamed.profile().client()).isEqualTo("app");
  }

  @Test
  void create_expireTime_mustLieAhead() {
    assertInvalid(
        "expire_time",
        () ->
            sessions.create(
                core.root,
                core.agentId(),
                "key",
                EMPTY.withExpiry(new Expiry(core.now(), null, false))));

    Expiry next = new Expiry(core.now().plusNanos(1_000), null, false);
    Session session =
        sessions.create(core.root, core.agentId(), "key", EMPTY.withExpiry(next)).join();
    assertThat(session.profile().expiry()).isEqualTo(next);
  }

  @Test
  void get_sessionOfAnotherUser_isNotFound() {
    Session session = create(core.ada, EMPTY);

    assertThat(sessions.get(core.ada, core.ada.byId(core.agentId(), session.sessionId())).join())
        .isEqualTo(session);
    assertReason(
        ErrorReason.SESSION_NOT_FOUND,
        () -> sessions.get(core.bob, core.bob.byId(core.agentId(), session.sessionId())));
    assertReason(
        ErrorReason.SESSION_NOT_FOUND,
        () -> sessions.get(core.bob, core.bob.byKey(core.agentId(), session.key())));
  }

  @Test
  void get_severalIds_keepsTheirOrderAndHidesOtherUsers() {
    Session first = core.create(core.ada, "first");
    Session second = core.archive(core.create(core.ada, "second"));
    Session ofBob = core.create(core.bob, "third");
    List<UUID> ids =
        List.of(second.sessionId(), ofBob.sessionId(), first.sessionId(), second.sessionId());

    Batch<UUID, Session> ofAda = sessions.get(core.ada, core.agentId(), ids).join();

    assertThat(ofAda.items()).containsExactly(second, first);
    assertThat(ofAda.missing()).containsExactly(ofBob.sessionId());
    assertThat(ofAda.remaining()).isEmpty();
    assertThat(sessions.get(core.root, core.agentId(), ids).join().items())
        .containsExactly(second, ofBob, first);
  }

  @Test
  void get_archivedSession_isFoundByIdOnly() {
    Session archived = core.archive(core.create(core.root, "key"));

    assertThat(sessions.get(core.root, ref(archived)).join()).isEqualTo(archived);
    assertReason(ErrorReason.SESSION_NOT_FOUND, () -> sessions.get(core.root, keyRef(archived)));
  }

  @Test
  void list_newestFirst_inPages() {
    Session one = core.create(core.root, "one");
    Session two = core.create(core.root, "two");
    Session three = core.create(core.root, "three");
    core.clock.advance();
    Session moved = core.append(one, message("text")).session();
    core.create(core.root, core.sibling.agentId(), "other", EMPTY);
    core.archive(core.create(core.root, "archived"));

    for (int size = 1; size <= 4; size++) {
      assertThat(allPages(size, page -> sessions.list(core.root, core.agentId(), null, page)))
          .containsExactly(moved, three, two);
    }
  }

  @Test
  void listAfter_continuesBehindTheSession() {
    Session one = core.create(core.root, "one");
    core.clock.advance();
    Session two = core.create(core.root, "two");

    Page<Session> first = sessions.listAfter(core.root, core.agentId(), null, 1).join();
    Page<Session> second = sessions.listAfter(core.root, core.agentId(), two, 1).join();

    assertThat(first.items()).containsExactly(two);
    assertThat(first.nextToken()).isNotNull();
    assertThat(second.items()).containsExactly(one);
    assertThat(second.nextToken()).isNull();
    assertThat(sessions.listAfter(core.bob, core.agentId(), two, 1).join().items()).isEmpty();
  }

  @Test
  void deleteUnlessArchived_archivedSession_staysAsItIs() {
    Session archived = core.archive(core.create(core.root, "key"));

    assertReason(
        ErrorReason.SESSION_ARCHIVED,
        () -> sessions.deleteUnlessArchived(core.root, ref(archived)));
    assertThat(sessions.get(core.root, ref(archived)).join()).isEqualTo(archived);
  }

  @Test
  void list_pageThatEndsTheList_hasNoToken() {
    core.create(core.root, "one");
    core.create(core.root, "two");

    assertThat(sessions.list(core.root, core.agentId(), null, first(2)).join().nextToken())
        .isNull();
    assertThat(sessions.list(core.root, core.agentId(), null, first(1)).join().nextToken())
        .isNotNull();
  }

  @Test
  void list_byEachCaller_showsWhatItMaySee() {
    Session ofAda = create(core.ada, EMPTY);
    Session ofBob = create(core.bob, EMPTY);

    assertThat(list(core.root)).containsExactly(ofBob, ofAda);
    assertThat(list(core.master)).containsExactly(ofBob, ofAda);
    assertThat(list(core.agentKey)).containsExactly(ofBob, ofAda);
    assertThat(list(core.ada)).containsExactly(ofAda);
    assertThat(list(core.foreignMaster)).isEmpty();
  }

  private List<Session> list(Caller caller) {
    return sessions.list(caller, core.agentId(), null, first(9)).join().items();
  }

  @Test
  void list_tokenOfAnotherListOrCaller_refused() {
    core.create(core.root, "one");
    core.create(core.root, "two");
    String token = sessions.list(core.root, core.agentId(), null, first(1)).join().nextToken();
    PageRequest page = new PageRequest(1, token);

    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () -> sessions.list(core.master, core.agentId(), null, page));
    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () -> sessions.list(core.root, core.sibling.agentId(), null, page));
    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN, () -> sessions.list(core.root, core.agentId(), "o", page));
    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () -> sessions.listOfClient(core.root, core.agentId(), page));
    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () -> core.archives.list(core.root, core.agentId(), null, page));
  }

  @Test
  void list_part_isFoundInKeyOrLabelWhateverItsCase() {
    Session byKey = core.create(core.root, "a Parrot");
    Session byLabel = core.create(core.root, core.agentId(), "other", EMPTY.withLabel("PARROTS"));
    core.create(core.root, "a cat");

    assertThat(allPages(1, page -> sessions.list(core.root, core.agentId(), "pARRot", page)))
        .containsExactly(byLabel, byKey);
  }

  @Test
  void list_part_tokenIsBoundToIt() {
    core.create(core.root, "parrot one");
    core.create(core.root, "parrot two");
    String token = sessions.list(core.root, core.agentId(), "parrot", first(1)).join().nextToken();

    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () -> sessions.list(core.root, core.agentId(), "parro", new PageRequest(1, token)));
  }

  @Test
  void listAll_byEachCaller_showsWhatItMaySee() {
    Session ofAda = create(core.ada, EMPTY);
    Session ofBob = create(core.bob, EMPTY);

    assertThat(sessions.listAll(core.master, core.agentId()).all().join())
        .containsExactly(ofBob, ofAda);
    assertThat(sessions.listAll(core.ada, core.agentId()).all().join()).containsExactly(ofAda);
    assertThat(sessions.listAll(core.foreignMaster, core.agentId()).all().join()).isEmpty();
  }

  @Test
  void delete_removesTheSessionAndAddsAnAuditEntry() {
    Session session = core.create(core.root, "key");

    assertThat(sessions.delete(core.root, ref(session)).join()).isEqualTo(session);

    assertThat(core.exists(session)).isFalse();
    assertThat(core.lastAuditEntry().action()).isEqualTo("session.delete");
    assertThat(core.lastAuditEntry().target().sessionId()).isEqualTo(session.sessionId());
    assertThat(core.lastAuditEntry().actor()).isEqualTo(CoreFixture.ACTOR);
    assertReason(ErrorReason.SESSION_NOT_FOUND, () -> sessions.delete(core.root, ref(session)));
  }

  @Test
  void delete_archivedSession_byRefOfItsAgent() {
    Session archived = core.archive(core.create(core.root, "key"));

    assertThat(sessions.delete(core.root, ref(archived)).join()).isEqualTo(archived);
    assertThat(core.exists(archived)).isFalse();
  }
}
