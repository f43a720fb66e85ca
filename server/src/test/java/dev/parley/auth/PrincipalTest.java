package dev.parley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.testing.AuditContexts;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PrincipalTest {
  private static final UUID AGENT = UUID.randomUUID();
  private static final UUID KEY = UUID.randomUUID();
  private static final Principal ROOT = new Principal.Root();
  private static final Principal MASTER = new Principal.Master("acme", "app", KEY);
  private static final Principal HOLDER =
      new Principal.AgentHolder(AGENT, Set.of(Scope.AGENT_READ), "app", KEY);
  private static final Principal USER = new Principal.User("acme", "ada", "app", Set.of("chat"));

  private static List<String> held(Principal principal) {
    return Stream.concat(Scope.GRANTABLE.stream(), Stream.of(Scope.OWNER, Scope.OPERATOR))
        .filter(principal::holds)
        .sorted()
        .toList();
  }

  @Test
  void holds_rootEverything_masterAllButTheOperators() {
    assertThat(held(ROOT)).containsAll(Scope.GRANTABLE).contains(Scope.OWNER, Scope.OPERATOR);
    assertThat(held(MASTER))
        .containsAll(Scope.GRANTABLE)
        .contains(Scope.OWNER)
        .doesNotContain(Scope.OPERATOR);
  }

  @Test
  void holds_agentKeyAndUser_theScopesOfTheirCredential() {
    assertThat(held(HOLDER)).containsExactly(Scope.AGENT_READ, Scope.AIP_AGENTS_READ);
    assertThat(held(USER)).containsExactly(Scope.CHAT);
  }

  @Test
  void identity_staysWhenTheKeyIsRotated() {
    assertThat(new Principal.Master("acme", null, UUID.randomUUID()).identity())
        .isEqualTo(MASTER.identity());
    assertThat(new Principal.AgentHolder(AGENT, Set.of(), null, null).identity())
        .isEqualTo(HOLDER.identity());
  }

  @Test
  void identity_differsBetweenCallers() {
    assertThat(Stream.of(ROOT, MASTER, HOLDER, USER).map(Principal::identity))
        .containsExactly("root", "owner:acme", "agent:" + AGENT, "user:4:acme:ada");
    // The identities of owners and users differ for all names.
    assertThat(new Principal.User("a", "b:c", null, Set.of()).identity())
        .isNotEqualTo(new Principal.User("a:b", "c", null, Set.of()).identity());
  }

  @Test
  void client_keyId_user_areThoseOfTheCredential() {
    assertThat(ROOT.client()).isNull();
    assertThat(ROOT.keyId()).isNull();
    assertThat(MASTER.client()).isEqualTo("app");
    assertThat(HOLDER.keyId()).isEqualTo(KEY);
    assertThat(USER.keyId()).isNull();
    assertThat(Stream.of(ROOT, MASTER, HOLDER, USER).map(Principal::user))
        .containsExactly(null, null, null, "ada");
  }

  @Test
  void caller_namesSessionsAsFarAsItMaySeeThem() {
    UUID session = UUID.randomUUID();
    Caller user = new Caller(USER, AuditContexts.actor());
    Caller master = new Caller(MASTER, AuditContexts.actor());

    assertThat(user.byId(AGENT, session)).isEqualTo(new SessionRef.ById(AGENT, session, "ada"));
    assertThat(user.byKey(AGENT, "key")).isEqualTo(new SessionRef.ByKey(AGENT, "key", "ada"));
    assertThat(master.byId(AGENT, session)).isEqualTo(new SessionRef.ById(AGENT, session, null));
    assertThat(master.byKey(AGENT, "key")).isEqualTo(new SessionRef.ByKey(AGENT, "key", null));
    assertThat(user.cancellation()).isSameAs(Cancellation.NONE);
  }
}
