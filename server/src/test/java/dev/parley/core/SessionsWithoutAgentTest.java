package dev.parley.core;

import static dev.parley.core.CoreFixture.allPages;
import static dev.parley.core.CoreFixture.first;
import static dev.parley.core.CoreFixture.keyRef;
import static dev.parley.core.CoreFixture.message;
import static dev.parley.core.CoreFixture.ref;
import static dev.parley.core.CoreFixture.user;
import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.auth.Caller;
import dev.parley.core.page.PageRequest;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * {@link Sessions} for APIs that identify sessions without their agent, or show the sessions of one
 * client only.
 */
class SessionsWithoutAgentTest {
  private static final Session.Profile EMPTY = Session.Profile.EMPTY;

  private final CoreFixture core = new CoreFixture();
  private final Sessions sessions = core.sessions;
  private final Caller app = user("ada", "app");
  private final Caller otherApp = user("ada", "other");

  @Test
  void find_byId_isTheSessionOfAnyVisibleAgent() {
    Session session = core.create(core.root, "key");
    Session ofSibling = core.create(core.root, core.sibling.agentId(), "key", EMPTY);

    assertThat(sessions.find(core.root, session.sessionId()).join()).isEqualTo(session);
    assertThat(sessions.find(core.master, ofSibling.sessionId()).join()).isEqualTo(ofSibling);
    assertThat(sessions.find(core.agentKey, session.sessionId()).join()).isEqualTo(session);
    assertReason(
        ErrorReason.SESSION_NOT_FOUND, () -> sessions.find(core.agentKey, ofSibling.sessionId()));
    assertReason(
        ErrorReason.SESSION_NOT_FOUND,
        () -> sessions.find(core.foreignMaster, session.sessionId()));
    assertReason(ErrorReason.SESSION_NOT_FOUND, () -> sessions.find(core.ada, session.sessionId()));
    assertReason(ErrorReason.SESSION_NOT_FOUND, () -> sessions.find(core.root, UUID.randomUUID()));
  }

  @Test
  void find_archivedSession_isNotFound() {
    Session archived = core.archive(core.create(core.root, "key"));

    assertReason(
        ErrorReason.SESSION_NOT_FOUND, () -> sessions.find(core.root, archived.sessionId()));
    assertReason(ErrorReason.SESSION_NOT_FOUND, () -> sessions.find(core.root, "key"));
  }

  @Test
  void find_byKey_isTheMostRecentlyUpdated() {
    Session older = core.create(core.root, "key");
    Session newer = core.create(core.root, core.sibling.agentId(), "key", EMPTY);

    assertThat(sessions.find(core.master, "key").join()).isEqualTo(newer);
    core.clock.advance();
    Session moved = core.append(older, message("text")).session();
    assertThat(sessions.find(core.master, "key").join()).isEqualTo(moved);
  }

  @Test
  void find_byKey_ofVisibleAgentsOnly() {
    Session session = core.create(core.root, "key");
    core.create(core.root, core.foreign.agentId(), "key", EMPTY);

    assertThat(sessions.find(core.master, "key").join()).isEqualTo(session);
    assertThat(sessions.find(core.agentKey, "key").join()).isEqualTo(session);
    assertReason(ErrorReason.SESSION_NOT_FOUND, () -> sessions.find(core.ada, "key"));
  }

  @Test
  void keys_distinctByCodePoint_ofVisibleSessions() {
    core.create(core.ada, "b");
    core.create(core.bob, "a");
    core.create(core.root, core.sibling.agentId(), "b", EMPTY);
    core.create(core.root, core.foreign.agentId(), "c", EMPTY);
    core.archive(core.create(core.root, "archived"));

    assertThat(sessions.keys(core.root).all().join()).containsExactly("a", "b", "c");
    assertThat(sessions.keys(core.master).all().join()).containsExactly("a", "b");
    assertThat(sessions.keys(core.ada).all().join()).containsExactly("b");
  }

  @Test
  void delete_byId_activeSessionsThatAreVisible() {
    Session session = core.create(core.ada, "key");
    Session archived = core.archive(core.create(core.ada, "other"));

    assertReason(
        ErrorReason.SESSION_NOT_FOUND, () -> sessions.delete(core.bob, session.sessionId()));
    assertReason(
        ErrorReason.SESSION_NOT_FOUND, () -> sessions.delete(core.root, archived.sessionId()));
    assertThat(sessions.delete(core.ada, session.sessionId()).join()).isEqualTo(session);
    assertThat(core.exists(session)).isFalse();
    assertThat(core.exists(archived)).isTrue();
  }

  @Test
  void delete_byKey_theOnlySession() {
    Session session = core.create(core.root, "key");
    Session foreign = core.create(core.root, core.foreign.agentId(), "key", EMPTY);

    assertThat(sessions.delete(core.master, "key").join()).isEqualTo(session);

    assertThat(core.exists(session)).isFalse();
    assertThat(core.exists(foreign)).isTrue();
    assertReason(ErrorReason.SESSION_NOT_FOUND, () -> sessions.delete(core.master, "key"));
  }

  @Test
  void delete_byKeyOfSeveral_refusedAndNothingChanges() {
    Session one = core.create(core.root, "key");
    Session two = core.create(core.root, core.sibling.agentId(), "key", EMPTY);

    assertReason(ErrorReason.KEY_AMBIGUOUS, () -> sessions.delete(core.master, "key"));

    assertThat(core.exists(one)).isTrue();
    assertThat(core.exists(two)).isTrue();
  }

  @Test
  void listOfClient_showsTheSessionsOfTheCallersClient() {
    Session ofApp = core.create(app, "one");
    Session ofOther = core.create(otherApp, "two");
    Session ofNone = core.create(core.ada, "three");

    assertThat(listOfClient(app)).containsExactly(ofApp);
    assertThat(listOfClient(otherApp)).containsExactly(ofOther);
    assertThat(listOfClient(core.ada)).containsExactly(ofNone, ofOther, ofApp);
    assertThat(listOfClient(core.bob)).isEmpty();
  }

  private List<Session> listOfClient(Caller caller) {
    return sessions.listOfClient(caller, core.agentId(), first(9)).join().items();
  }

  @Test
  void listOfClient_withoutAgent_isOfAllVisibleAgents() {
    Session one = core.create(app, "one");
    Session two = core.create(app, core.sibling.agentId(), "two", EMPTY);

    assertThat(allPages(1, page -> sessions.listOfClient(app, null, page)))
        .containsExactly(two, one);
    assertThat(sessions.listOfClient(app, core.agentId(), first(9)).join().items())
        .containsExactly(one);
  }

  @Test
  void listOfClient_tokenOfAnotherClientOrAgent_refused() {
    core.create(app, "one");
    core.create(app, "two");
    String token = sessions.listOfClient(app, null, first(1)).join().nextToken();
    PageRequest page = new PageRequest(1, token);

    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN, () -> sessions.listOfClient(app, core.agentId(), page));
    // The same user, and so the same identity, with another client.
    assertReason(ErrorReason.INVALID_PAGE_TOKEN, () -> sessions.listOfClient(otherApp, null, page));
  }

  @Test
  void getOfClient_sessionOfAnotherClient_isNotFound() {
    Session session = core.create(app, "key");

    assertThat(sessions.getOfClient(app, ref(session)).join()).isEqualTo(session);
    assertThat(sessions.getOfClient(core.root, ref(session)).join()).isEqualTo(session);
    assertReason(
        ErrorReason.SESSION_NOT_FOUND, () -> sessions.getOfClient(otherApp, keyRef(session)));
  }

  @Test
  void getOfClient_archivedSession_isNotFound() {
    Session archived = core.archive(core.create(app, "key"));

    assertReason(ErrorReason.SESSION_NOT_FOUND, () -> sessions.getOfClient(app, ref(archived)));
  }

  @Test
  void updateOfClient_ownActiveSessionsOnly() {
    Session session = core.create(app, "key");

    Session updated = sessions.updateOfClient(app, ref(session), p -> p.withLabel("label")).join();

    assertThat(updated.profile().label()).isEqualTo("label");
    assertReason(
        ErrorReason.SESSION_NOT_FOUND,
        () -> sessions.updateOfClient(otherApp, ref(session), p -> p.withLabel("other")));
    core.archive(session);
    assertReason(
        ErrorReason.SESSION_NOT_FOUND,
        () -> sessions.updateOfClient(app, ref(session), p -> p.withLabel("other")));
  }

  @Test
  void deleteOfClient_ownActiveSessionsOnly() {
    Session session = core.create(app, "key");
    Session archived = core.archive(core.create(app, "archived"));

    assertReason(
        ErrorReason.SESSION_NOT_FOUND, () -> sessions.deleteOfClient(otherApp, ref(session)));
    assertReason(ErrorReason.SESSION_NOT_FOUND, () -> sessions.deleteOfClient(app, ref(archived)));
    assertThat(core.exists(session)).isTrue();
    assertThat(sessions.deleteOfClient(app, ref(session)).join()).isEqualTo(session);
    assertThat(core.exists(session)).isFalse();
    assertThat(core.exists(archived)).isTrue();
  }
}
