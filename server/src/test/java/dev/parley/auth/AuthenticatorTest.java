package dev.parley.auth;

import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.SetClock;
import dev.parley.testing.Tokens;
import dev.parley.testing.memory.InMemoryStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuthenticatorTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SetClock clock = new SetClock("2026-03-01T00:00:00Z");
  private final InMemoryStore store = new InMemoryStore();
  private final Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
  private final KeySecret root = KeySecret.random(KeySecret.Kind.ROOT, RANDOM);
  private final KeyUsageRecorder uses = new KeyUsageRecorder(store);
  private final UserTokenAuthenticator users =
      new UserTokenAuthenticator(
          List.of(new SharedSecretVerifier(Tokens.SECRET)), "authenticated", "acme", clock);
  private final Authenticator withoutUsers =
      new Authenticator(root.hash(), store, clock, uses, null);
  private final Authenticator withUsers = new Authenticator(root.hash(), store, clock, uses, users);

  @AfterEach
  void close() {
    users.close();
    uses.close();
  }

  private Principal authenticate(KeySecret secret) {
    return withUsers.authenticate(secret.text()).join();
  }

  private SessionException refused(String token) {
    return assertReason(ErrorReason.CREDENTIAL_INVALID, () -> withoutUsers.authenticate(token));
  }

  private ApiKey create(KeySecret secret, UUID agentId, Instant expireTime) {
    ApiKey key =
        new ApiKey(
            UUID.randomUUID(),
            secret.hash(),
            "acme",
            agentId,
            new TreeSet<>(agentId == null ? Set.of() : Set.of(Scope.AGENT_READ, Scope.CHAT)),
            "app",
            clock.instant(),
            expireTime,
            null,
            null);
    return store.createApiKey(key, AuditContexts.any()).join();
  }

  private static KeySecret secret(KeySecret.Kind kind) {
    return KeySecret.random(kind, RANDOM);
  }

  @Test
  void authenticate_rootKey_isRoot() {
    assertThat(authenticate(root)).isEqualTo(new Principal.Root());
  }

  @Test
  void authenticate_masterKey_isItsOwner() {
    KeySecret secret = secret(KeySecret.Kind.MASTER);
    ApiKey key = create(secret, null, null);

    assertThat(authenticate(secret)).isEqualTo(new Principal.Master("acme", "app", key.keyId()));
  }

  @Test
  void authenticate_agentKey_isItsAgentWithItsScopes() {
    KeySecret secret = secret(KeySecret.Kind.AGENT);
    ApiKey key = create(secret, agent.agentId(), null);

    assertThat(authenticate(secret))
        .isEqualTo(
            new Principal.AgentHolder(
                agent.agentId(), Set.of(Scope.AGENT_READ, Scope.CHAT), "app", key.keyId()));
  }

  @Test
  void authenticate_badKeys_refusedInTheSameWords() {
    KeySecret revoked = secret(KeySecret.Kind.AGENT);
    ApiKey key = create(revoked, agent.agentId(), null);
    store.revokeApiKey(key.keyId(), clock.instant(), AuditContexts.any()).join();
    KeySecret expired = secret(KeySecret.Kind.AGENT);
    create(expired, agent.agentId(), clock.instant());

    List<String> bad =
        List.of(
            "",
            "nonsense",
            "g_agent_123",
            root.text().toUpperCase(Locale.ROOT),
            secret(KeySecret.Kind.ROOT).text(),
            secret(KeySecret.Kind.MASTER).text(),
            revoked.text(),
            expired.text());

    assertThat(bad)
        .extracting(token -> refused(token).getMessage())
        .containsOnly("The API key is invalid, revoked or expired.");
  }

  @Test
  void authenticate_key_isGoodUntilItsExpireTime() {
    KeySecret secret = secret(KeySecret.Kind.AGENT);
    create(secret, agent.agentId(), clock.instant().plusSeconds(1));

    assertThat(authenticate(secret)).isInstanceOf(Principal.AgentHolder.class);
    clock.advance(Duration.ofSeconds(1));
    refused(secret.text());
  }

  @Test
  void authenticate_key_notesItsUse() {
    KeySecret secret = secret(KeySecret.Kind.MASTER);
    ApiKey key = create(secret, null, null);
    KeySecret unused = secret(KeySecret.Kind.AGENT);
    ApiKey other = create(unused, agent.agentId(), clock.instant());
    clock.advance();
    authenticate(secret);
    refused(unused.text());

    uses.write();

    assertThat(store.findApiKey(key.keyId()).join().orElseThrow().lastUseTime())
        .isEqualTo(clock.instant());
    assertThat(store.findApiKey(other.keyId()).join().orElseThrow().lastUseTime()).isNull();
  }

  @Test
  void authenticate_userToken_isTheUser() {
    String token =
        Tokens.hs256(
            "{\"sub\":\"ada\",\"aud\":\"authenticated\",\"exp\":"
                + (clock.instant().getEpochSecond() + 1)
                + "}");

    assertThat(withUsers.authenticate(token).join())
        .isEqualTo(new Principal.User("acme", "ada", null, Set.of()));
    refused(token);
  }

  @Test
  void authenticate_badUserToken_refusedWithTheProblem() {
    SessionException failure =
        assertReason(ErrorReason.CREDENTIAL_INVALID, () -> withUsers.authenticate("not a token"));

    assertThat(failure.metadata()).containsEntry("problem", "MALFORMED");
  }

  @Test
  void authenticate_badKeyWhereUsersAreKnown_isAKeyNonetheless() {
    SessionException failure =
        assertReason(ErrorReason.CREDENTIAL_INVALID, () -> withUsers.authenticate("g_agent_123"));

    assertThat(failure.metadata()).isEmpty();
  }
}
