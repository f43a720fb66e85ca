package dev.parley.auth;

import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.CancellationSource;
import dev.parley.storage.query.SessionFilter;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.Sessions;
import dev.parley.testing.memory.InMemoryStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class AuthorizerTest {
  private static final Principal ROOT = new Principal.Root();
  private static final Principal MASTER = new Principal.Master("acme", null, null);
  private static final Principal OTHER_MASTER = new Principal.Master("globex", null, null);
  private static final Principal ADA = user("acme", "ada");

  private final InMemoryStore store = new InMemoryStore();
  private final Authorizer authorizer = new Authorizer(store);
  private final Agent agent = create("acme");
  private final Agent sibling = create("acme");
  private final Principal holder = holder(agent.agentId());

  private Agent create(String owner) {
    return store.createAgent(Agents.of(owner), AuditContexts.any()).join();
  }

  private static Principal user(String owner, String subject) {
    return new Principal.User(owner, subject, "app", Set.of());
  }

  private static Principal holder(UUID agentId) {
    return new Principal.AgentHolder(agentId, Set.of(Scope.AGENT_READ), null, null);
  }

  private static Caller caller(Principal principal) {
    return new Caller(principal, AuditContexts.actor());
  }

  private Session createSession(String user) {
    return store
        .createSession(Sessions.of(agent.agentId(), Session.Profile.EMPTY.withUser(user)))
        .join();
  }

  @Test
  void requireScope_held_passes() {
    assertThatCode(
            () -> {
              Authorizer.requireScope(ROOT, Scope.OPERATOR);
              Authorizer.requireScope(MASTER, Scope.OWNER);
              Authorizer.requireScope(holder, Scope.AGENT_READ);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void requireScope_missing_refusedWithItsName() {
    assertThatThrownBy(() -> Authorizer.requireScope(holder, Scope.CHAT))
        .isInstanceOfSatisfying(
            SessionException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(ErrorReason.SCOPE_MISSING);
              assertThat(e.metadata()).isEqualTo(Map.of("scope", "chat"));
            });
    assertThatThrownBy(() -> Authorizer.requireScope(MASTER, Scope.OPERATOR))
        .isInstanceOf(SessionException.class);
  }

  @Test
  void requireOwner_ownOwner_passes() {
    assertThatCode(
            () -> {
              Authorizer.requireOwner(ROOT, "anyone");
              Authorizer.requireOwner(MASTER, "acme");
              Authorizer.requireOwner(ADA, "acme");
            })
        .doesNotThrowAnyException();
  }

  @Test
  void requireOwner_anotherOwner_refused() {
    for (Principal caller : List.of(MASTER, ADA, holder)) {
      assertThatThrownBy(() -> Authorizer.requireOwner(caller, "globex"))
          .isInstanceOfSatisfying(
              SessionException.class,
              e -> assertThat(e.reason()).isEqualTo(ErrorReason.OWNER_FORBIDDEN));
    }
    // An agent key acts for its agent, and not for the agent's owner.
    assertThatThrownBy(() -> Authorizer.requireOwner(holder, "acme"))
        .isInstanceOf(SessionException.class);
  }

  @Test
  void agent_visible_isTheAgent() {
    for (Principal caller : List.of(ROOT, MASTER, ADA, holder)) {
      assertThat(authorizer.agent(caller, agent.agentId()).join()).isEqualTo(agent);
    }
  }

  @Test
  void agent_ofAnotherOwnerOrUnknown_isNotFoundInTheSameWords() {
    for (Principal caller : List.of(OTHER_MASTER, user("globex", "ada"))) {
      SessionException hidden =
          assertReason(
              ErrorReason.AGENT_NOT_FOUND, () -> authorizer.agent(caller, agent.agentId()));
      SessionException unknown =
          assertReason(
              ErrorReason.AGENT_NOT_FOUND, () -> authorizer.agent(caller, UUID.randomUUID()));
      assertThat(hidden).hasMessage(unknown.getMessage());
      assertThat(hidden.metadata()).isEqualTo(unknown.metadata());
    }
  }

  @Test
  void agent_notOfTheAgentKey_forbiddenWhetherItExistsOrNot() {
    SessionException existing =
        assertReason(
            ErrorReason.AGENT_FORBIDDEN, () -> authorizer.agent(holder, sibling.agentId()));
    SessionException unknown =
        assertReason(
            ErrorReason.AGENT_FORBIDDEN, () -> authorizer.agent(holder, UUID.randomUUID()));

    assertThat(existing).hasMessage(unknown.getMessage());
  }

  @Test
  void agent_deleted_isNotFoundToItsKey() {
    store.deleteAgent(agent.agentId(), AuditContexts.any()).join();

    assertReason(ErrorReason.AGENT_NOT_FOUND, () -> authorizer.agent(holder, agent.agentId()));
  }

  @Test
  void session_visible_isTheSession() {
    Session session = createSession("ada");

    for (Principal caller : List.of(ROOT, MASTER, ADA, holder)) {
      assertThat(authorizer.session(caller(caller), session.sessionId()).join()).isEqualTo(session);
    }
  }

  @Test
  void session_hiddenOrUnknown_isNotFoundInTheSameWords() {
    Session session = createSession("ada");
    Session ofNobody = createSession(null);

    for (Principal caller :
        List.of(
            OTHER_MASTER, user("globex", "ada"), user("acme", "bob"), holder(sibling.agentId()))) {
      SessionException hidden =
          assertReason(
              ErrorReason.SESSION_NOT_FOUND,
              () -> authorizer.session(caller(caller), session.sessionId()));
      SessionException unknown =
          assertReason(
              ErrorReason.SESSION_NOT_FOUND,
              () -> authorizer.session(caller(caller), UUID.randomUUID()));
      assertThat(hidden).hasMessage(unknown.getMessage());
    }
    assertReason(
        ErrorReason.SESSION_NOT_FOUND, () -> authorizer.session(caller(ADA), ofNobody.sessionId()));
  }

  /** Timing must not reveal which sessions exist. */
  @Test
  void session_unknown_readsAsMuchAsAKnownOne() {
    Session session = createSession("ada");
    FaultyStore counting = new FaultyStore();
    counting.answer("findAgent", store.findAgent(agent.agentId()));
    Authorizer counted = new Authorizer(counting.around(store));

    assertThat(counted.session(caller(ADA), session.sessionId()).join()).isEqualTo(session);
    assertThat(counting.asked("findAgent")).isEqualTo(1);
    assertReason(
        ErrorReason.SESSION_NOT_FOUND, () -> counted.session(caller(ADA), UUID.randomUUID()));
    assertThat(counting.asked("findAgent")).isEqualTo(2);
  }

  @Test
  void session_cancelled_isNotRead() {
    CancellationSource cancellation = new CancellationSource();
    cancellation.cancel();
    Caller gone = new Caller(ROOT, AuditContexts.actor(), cancellation);
    Session session = createSession("ada");

    assertThatThrownBy(() -> authorizer.session(gone, session.sessionId()).join())
        .hasCauseInstanceOf(CancellationException.class);
  }

  @Test
  void filter_isWhatEachCallerSees() {
    UUID agentId = agent.agentId();

    assertThat(Authorizer.filter(ROOT, null)).isEqualTo(new SessionFilter(null, null, null, null));
    assertThat(Authorizer.filter(ROOT, agentId)).isEqualTo(SessionFilter.ofAgent(agentId));
    assertThat(Authorizer.filter(MASTER, null))
        .isEqualTo(new SessionFilter(null, "acme", null, null));
    assertThat(Authorizer.filter(MASTER, agentId))
        .isEqualTo(new SessionFilter(agentId, "acme", null, null));
    assertThat(Authorizer.filter(ADA, null))
        .isEqualTo(new SessionFilter(null, "acme", "ada", null));
    assertThat(Authorizer.filter(holder, null)).isEqualTo(SessionFilter.ofAgent(agentId));
    assertThat(Authorizer.filter(holder, sibling.agentId()))
        .as("an agent key never sees another agent")
        .isEqualTo(SessionFilter.ofAgent(agentId));
  }

  @Test
  void ownerOf_isTheOwnerThatTheCallerIsBoundTo() {
    assertThat(Authorizer.ownerOf(ROOT)).isNull();
    assertThat(Authorizer.ownerOf(holder)).isNull();
    assertThat(Authorizer.ownerOf(MASTER)).isEqualTo("acme");
    assertThat(Authorizer.ownerOf(ADA)).isEqualTo("acme");
  }
}
