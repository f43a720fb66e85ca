package dev.parley.core;

import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.auth.Scope;
import dev.parley.core.request.RequestId;
import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A call with a request id creates something once, however often it is repeated. */
class RepeatedCallsTest {
  private static final Session.Profile PROFILE = Session.Profile.EMPTY.withLabel("Lunch");

  private final CoreFixture core = new CoreFixture();
  private final RequestId id = new RequestId(UUID.randomUUID());

  @Test
  void createSession_repeated_isTheSame() {
    Session first = core.sessions.create(core.root, core.agentId(), "", PROFILE, id).join();
    core.clock.advance();

    assertThat(core.sessions.create(core.root, core.agentId(), "", PROFILE, id).join())
        .isEqualTo(first);
    assertThat(first.key()).matches("api:[0-9a-f]{12}");
  }

  @Test
  void createSession_repeatedAfterChanges_isAsItIsNow() {
    Session first = core.sessions.create(core.root, core.agentId(), "k", PROFILE, id).join();
    SessionRef.ById ref = new SessionRef.ById(core.agentId(), first.sessionId(), null);
    Session archived = core.archives.archive(core.root, ref, null).join();

    assertThat(core.sessions.create(core.root, core.agentId(), "k", PROFILE, id).join())
        .isEqualTo(archived);
  }

  @Test
  void createSession_otherRequest_refused() {
    core.sessions.create(core.root, core.agentId(), "k", PROFILE, id).join();

    assertReason(
        ErrorReason.REQUEST_ID_REUSED,
        () -> core.sessions.create(core.root, core.agentId(), "other", PROFILE, id));
    assertReason(
        ErrorReason.REQUEST_ID_REUSED,
        () ->
            core.sessions.create(core.root, core.agentId(), "k", PROFILE.withLabel("Dinner"), id));
  }

  @Test
  void createSession_otherAgentOrUser_isAnotherCall() {
    Session ofRoot = core.sessions.create(core.root, core.agentId(), "", PROFILE, id).join();
    UUID sibling = core.sibling.agentId();

    assertThat(
            List.of(
                ofRoot.sessionId(),
                core.sessions.create(core.root, sibling, "", PROFILE, id).join().sessionId(),
                core.sessions.create(core.ada, core.agentId(), "", PROFILE, id).join().sessionId(),
                core.sessions.create(core.bob, core.agentId(), "", PROFILE, id).join().sessionId()))
        .doesNotHaveDuplicates();
  }

  @Test
  void createSession_givenToAnotherUserSince_isHidden() {
    Session first = core.sessions.create(core.ada, core.agentId(), "k", PROFILE, id).join();
    SessionRef.ById ref = new SessionRef.ById(core.agentId(), first.sessionId(), null);
    core.sessions.update(core.root, ref, null, profile -> profile.withUser("bob")).join();

    assertReason(
        ErrorReason.REQUEST_ID_REUSED,
        () -> core.sessions.create(core.ada, core.agentId(), "k", PROFILE, id));
  }

  @Test
  void createSession_keyOfAnotherSession_isInUse() {
    core.sessions.create(core.root, core.agentId(), "k", PROFILE).join();

    assertReason(
        ErrorReason.KEY_IN_USE,
        () -> core.sessions.create(core.root, core.agentId(), "k", PROFILE, id));
  }

  @Test
  void restore_repeated_isTheSame() {
    Session session = core.sessions.create(core.root, core.agentId(), "k", PROFILE).join();
    SessionRef.ById ref = new SessionRef.ById(core.agentId(), session.sessionId(), null);
    Session archived = core.archives.archive(core.root, ref, null).join();
    String etag = archived.etag();

    Session restored = core.archives.restore(core.root, ref, etag, true).join();

    assertThat(core.archives.restore(core.root, ref, etag, true).join()).isEqualTo(restored);
    core.archives.archive(core.root, ref, null).join();
    assertReason(
        ErrorReason.ETAG_MISMATCH, () -> core.archives.restore(core.root, ref, etag, true));
  }

  @Test
  void createAgent_repeated_isTheSame() {
    Agent first = core.agents.create(core.root, null, "acme", Agent.Profile.EMPTY, id).join();
    core.clock.advance();

    assertThat(core.agents.create(core.root, null, "acme", Agent.Profile.EMPTY, id).join())
        .isEqualTo(first);
    assertThat(core.agents.create(core.root, null, "globex", Agent.Profile.EMPTY, id).join())
        .isNotEqualTo(first);
  }

  @Test
  void createAgent_chosenId_sameFieldsAreARepetition() {
    UUID agentId = UUID.randomUUID();
    Agent first = core.agents.create(core.root, agentId, "acme", Agent.Profile.EMPTY, id).join();

    assertThat(core.agents.create(core.root, agentId, "acme", Agent.Profile.EMPTY, id).join())
        .isEqualTo(first);
    Agent.Profile other = new Agent.Profile("Other", null, null);
    assertReason(
        ErrorReason.AGENT_EXISTS, () -> core.agents.create(core.root, agentId, "acme", other, id));
    assertReason(
        ErrorReason.AGENT_EXISTS,
        () -> core.agents.create(core.root, agentId, "globex", Agent.Profile.EMPTY, id));
  }

  @Test
  void createKey_repeated_hidesTheSecret() {
    Keys.Created first = agentKey(Scope.CHAT);
    Keys.Created second = agentKey(Scope.CHAT);

    assertThat(first.secret()).isNotNull();
    assertThat(second).isEqualTo(new Keys.Created(first.key(), null));
    assertReason(
        ErrorReason.REQUEST_ID_REUSED,
        () -> core.keys.createForAgent(core.root, core.agentId(), List.of(), null, null, id));
  }

  private Keys.Created agentKey(String scope) {
    return core.keys
        .createForAgent(core.root, core.agentId(), List.of(scope), null, null, id)
        .join();
  }

  @Test
  void replaceMasterKey_repeated_doesNotRevokeItself() {
    core.keys.createMaster(core.root, "acme", null, null, false, null).join();
    core.clock.advance();
    Keys.Created first = core.keys.createMaster(core.root, "acme", null, null, true, id).join();
    core.clock.advance();

    Keys.Created second = core.keys.createMaster(core.root, "acme", null, null, true, id).join();

    assertThat(second).isEqualTo(new Keys.Created(first.key(), null));
    assertThat(second.key().isLive(core.now())).isTrue();
  }

  @Test
  void rotate_repeated_hasOneSuccessor() {
    UUID old = agentKey(Scope.CHAT).key().keyId();
    Keys.Created first = core.keys.rotate(core.root, old, null, null, id).join();

    assertThat(core.keys.rotate(core.root, old, null, null, id).join())
        .isEqualTo(new Keys.Created(first.key(), null));
    assertThat(core.keys.rotate(core.root, old, null, null, null).join().key())
        .isNotEqualTo(first.key());
  }
}
