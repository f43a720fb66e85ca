package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.model.audit.AuditAction;
import dev.parley.model.audit.AuditContext;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.query.ApiKeyQuery;
import dev.parley.storage.query.AuditQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

abstract class ApiKeyCases extends StoreCases {

  @Test
  void createApiKey_isFoundByIdAndSecret() {
    ApiKey key = Agents.agentKey(newAgent(), Instant.parse("2030-01-01T00:00:00.000001Z"));

    assertThat(get(store().createApiKey(key, AuditContexts.any()))).isEqualTo(key);
    assertThat(get(store().findApiKey(key.keyId()))).contains(key);
    assertThat(get(store().findApiKey(key.secretHash()))).contains(key);
  }

  @Test
  void createApiKey_unknownAgent_refused() {
    ApiKey key = Agents.agentKey(Agents.of(Agents.owner()));

    refused(ErrorReason.AGENT_NOT_FOUND, store().createApiKey(key, AuditContexts.any()));

    assertThat(get(store().findApiKey(key.keyId()))).isEmpty();
  }

  @Test
  void createApiKey_agentKeys_liveBesideEachOther() {
    Agent agent = newAgent();
    ApiKey one = key(Agents.agentKey(agent));
    ApiKey two = key(Agents.agentKey(agent));

    assertThat(found(one).revokeTime()).isNull();
    assertThat(found(two).revokeTime()).isNull();
  }

  @Test
  void createApiKey_secondLiveMaster_refusedAndNothingChanges() {
    Agent agent = newAgent();
    ApiKey master = key(Agents.masterKey(agent.owner()));
    ApiKey agentKey = key(Agents.agentKey(agent));
    key(Agents.agentKey(agent, Instant.EPOCH.plusSeconds(1)));
    ApiKey second = Agents.masterKey(agent.owner());
    AuditContext auditContext = AuditContexts.of(AuditAction.KEY_CREATE, clock.instant());

    SessionException refusal =
        refused(ErrorReason.MASTER_KEY_EXISTS, store().createApiKey(second, auditContext));

    assertThat(refusal.metadata())
        .isEqualTo(
            Map.of(
                "key_id", master.keyId().toString(),
                "key_ids", master.keyId().toString(),
                "agent_keys", "1"));
    assertThat(refusal).hasMessageContaining("and 1 live key of the owner's agents");
    assertThat(get(store().findApiKey(second.keyId()))).isEmpty();
    assertThat(found(master)).isEqualTo(master);
    assertThat(found(agentKey)).isEqualTo(agentKey);
    assertThat(audited(agent.owner(), "key.create")).doesNotContain(auditContext.entryFor(second));
  }

  @Test
  void createApiKey_masterAfterOneThatIsNotLive_isMade() {
    String owner = Agents.owner();
    ApiKey expired = key(Agents.masterKey(owner).expiringBy(Instant.EPOCH.plusSeconds(1)));
    ApiKey revoked = key(Agents.masterKey(owner));
    get(store().revokeApiKey(revoked.keyId(), clock.instant(), AuditContexts.any()));

    ApiKey next = key(Agents.masterKey(owner));

    assertThat(found(next)).isEqualTo(next);
    assertThat(found(expired)).isEqualTo(expired);
  }

  @Test
  void createApiKey_mastersAtOnce_oneIsMade() {
    String owner = Agents.owner();
    List<CompletableFuture<ApiKey>> all =
        Stream.generate(() -> store().createApiKey(Agents.masterKey(owner), AuditContexts.any()))
            .limit(8)
            .toList();

    long refused = 0;
    for (CompletableFuture<ApiKey> each : all) {
      try {
        get(each);
      } catch (SessionException e) {
        assertThat(e.reason()).isEqualTo(ErrorReason.MASTER_KEY_EXISTS);
        refused++;
      }
    }

    assertThat(refused).isEqualTo(7);
    assertThat(get(store().listApiKeys(new ApiKeyQuery(owner, null, 9), Cancellation.NONE)))
        .hasSize(1);
  }

  @Test
  void replaceMasterKey_noneIsLive_leavesAgentKeys() {
    Agent agent = newAgent();
    ApiKey agentKey = key(Agents.agentKey(agent));

    ApiKey master = replacement(Agents.masterKey(agent.owner()));

    assertThat(found(master)).isEqualTo(master);
    assertThat(found(agentKey)).isEqualTo(agentKey);
  }

  @Test
  void replaceMasterKey_leavesAnAuditEntryForEachRevokedKey() {
    Agent agent = newAgent();
    ApiKey master = key(Agents.masterKey(agent.owner()));
    ApiKey one = key(Agents.agentKey(agent));
    ApiKey two = key(Agents.agentKey(agent));
    ApiKey next = Agents.masterKey(agent.owner());
    AuditContext auditContext = AuditContexts.of(AuditAction.KEY_CREATE, clock.instant());

    get(store().replaceMasterKey(next, auditContext));

    assertThat(audited(agent.owner(), "key."))
        .containsExactlyInAnyOrder(
            auditContext.entryFor(next),
            auditContext.revocationOf(master),
            auditContext.revocationOf(one),
            auditContext.revocationOf(two));
    assertThat(audited(agent.owner(), "key.revoke")).hasSize(3);
  }

  @Test
  void revokeApiKey_master_leavesAnAuditEntryForEachRevokedKey() {
    Agent agent = newAgent();
    ApiKey master = key(Agents.masterKey(agent.owner()));
    ApiKey agentKey = key(Agents.agentKey(agent));
    AuditContext auditContext = AuditContexts.of(AuditAction.KEY_REVOKE, clock.instant());

    get(store().revokeApiKey(master.keyId(), clock.instant(), auditContext));

    assertThat(audited(agent.owner(), "key."))
        .containsExactlyInAnyOrder(
            auditContext.entryFor(master), auditContext.revocationOf(agentKey));
  }

  /** Entries of other calls have the action of {@link AuditContexts#any}. */
  private List<AuditEntry> audited(String owner, String actionPrefix) {
    return get(
        store()
            .listAuditEntries(
                new AuditQuery(owner, null, actionPrefix, null, null, null, 100),
                Cancellation.NONE));
  }

  @Test
  void replaceMasterKey_revokesOwnersLiveKeys() {
    Agent agent = newAgent();
    ApiKey others = key(Agents.agentKey(newAgent()));
    ApiKey master = key(Agents.masterKey(agent.owner()));
    ApiKey agentKey = key(Agents.agentKey(agent));
    ApiKey expired = key(Agents.agentKey(agent, Instant.EPOCH.plusSeconds(1)));

    ApiKey next = replacement(Agents.masterKey(agent.owner()));

    assertThat(found(next)).isEqualTo(next);
    assertThat(found(master)).isEqualTo(master.revoked(next.createTime()));
    assertThat(found(agentKey)).isEqualTo(agentKey.revoked(next.createTime()));
    assertThat(found(expired)).isEqualTo(expired);
    assertThat(found(others)).isEqualTo(others);
    assertThat(get(store().findApiKey(master.secretHash())).orElseThrow().revokeTime())
        .isEqualTo(next.createTime());
  }

  @Test
  void createApiKey_firstLiveMaster_leavesAgentKeys() {
    Agent agent = newAgent();
    ApiKey agentKey = key(Agents.agentKey(agent));
    ApiKey first = key(Agents.masterKey(agent.owner()));
    ApiKey stillLive = found(agentKey);
    get(store().revokeApiKey(first.keyId(), clock.instant(), AuditContexts.any()));
    ApiKey later = key(Agents.agentKey(agent));

    key(Agents.masterKey(agent.owner()));

    assertThat(stillLive).isEqualTo(agentKey);
    assertThat(found(later)).isEqualTo(later);
  }

  @Test
  void revokeApiKey_agentKey_thatOneOnly() {
    Agent agent = newAgent();
    ApiKey master = key(Agents.masterKey(agent.owner()));
    ApiKey one = key(Agents.agentKey(agent));
    ApiKey two = key(Agents.agentKey(agent));
    Instant now = clock.instant();

    assertThat(get(store().revokeApiKey(one.keyId(), now, AuditContexts.any())))
        .isEqualTo(one.revoked(now));

    assertThat(found(one)).isEqualTo(one.revoked(now));
    assertThat(found(two)).isEqualTo(two);
    assertThat(found(master)).isEqualTo(master);
  }

  @Test
  void revokeApiKey_master_takesAgentKeysWithIt() {
    Agent agent = newAgent();
    ApiKey master = key(Agents.masterKey(agent.owner()));
    ApiKey agentKey = key(Agents.agentKey(agent));
    Instant now = clock.instant();

    get(store().revokeApiKey(master.keyId(), now, AuditContexts.any()));

    assertThat(found(agentKey)).isEqualTo(agentKey.revoked(now));
  }

  @Test
  void revokeApiKey_revokedMaster_staysAsItIsWithLaterAgentKeys() {
    Agent agent = newAgent();
    ApiKey old = key(Agents.masterKey(agent.owner()));
    replacement(Agents.masterKey(agent.owner()));
    ApiKey agentKey = key(Agents.agentKey(agent));
    ApiKey before = found(old);

    assertThat(get(store().revokeApiKey(old.keyId(), clock.instant(), AuditContexts.any())))
        .isEqualTo(before);

    assertThat(found(old)).isEqualTo(before);
    assertThat(found(agentKey)).isEqualTo(agentKey);
  }

  @Test
  void revokeApiKey_unknown_refused() {
    refused(
        ErrorReason.API_KEY_NOT_FOUND,
        store().revokeApiKey(UUID.randomUUID(), clock.instant(), AuditContexts.any()));
  }

  @Test
  void revokeApiKey_rotatedMaster_leavesTheSuccessorsAgentKeys() {
    Agent agent = newAgent();
    ApiKey master = key(Agents.masterKey(agent.owner()));
    ApiKey agentKey = key(Agents.agentKey(agent));
    ApiKey successor = Agents.masterKey(agent.owner());
    get(
        store()
            .rotateApiKey(master.keyId(), successor, successor.createTime(), AuditContexts.any()));

    get(store().revokeApiKey(master.keyId(), clock.instant(), AuditContexts.any()));

    assertThat(found(agentKey)).isEqualTo(agentKey);
    assertThat(found(successor)).isEqualTo(successor);
  }

  @Test
  void rotateApiKey_bothLiveUntilTheEnd() {
    Agent agent = newAgent();
    ApiKey key = key(Agents.agentKey(agent));
    ApiKey successor = Agents.agentKey(agent);
    Instant end = successor.createTime().plusSeconds(60);
    AuditContext auditContext = AuditContexts.of(AuditAction.KEY_ROTATE, clock.instant());

    assertThat(get(store().rotateApiKey(key.keyId(), successor, end, auditContext)))
        .isEqualTo(successor);

    assertThat(found(successor)).isEqualTo(successor);
    assertThat(found(key)).isEqualTo(key.expiringBy(end));
    assertThat(get(store().findApiKey(key.secretHash()))).contains(key.expiringBy(end));
    assertThat(found(key).isLive(end.minusNanos(1_000))).isTrue();
    assertThat(found(key).isLive(end)).isFalse();
    AuditQuery log = new AuditQuery(agent.owner(), null, "key.rotate", null, null, null, 9);
    assertThat(get(store().listAuditEntries(log, Cancellation.NONE)))
        .containsExactly(auditContext.entryFor(key, successor));
  }

  @Test
  void rotateApiKey_expiringSooner_staysSo() {
    Agent agent = newAgent();
    Instant soon = Instant.parse("2100-01-01T00:00:00.000001Z");
    ApiKey key = key(Agents.agentKey(agent, soon));
    ApiKey successor = Agents.agentKey(agent);

    get(store().rotateApiKey(key.keyId(), successor, soon.plusSeconds(1), AuditContexts.any()));

    assertThat(found(key)).isEqualTo(key);
  }

  @Test
  void rotateApiKey_notLiveOrUnknown_refusedAndNothingMade() {
    Agent agent = newAgent();
    ApiKey revoked = key(Agents.agentKey(agent));
    get(store().revokeApiKey(revoked.keyId(), clock.instant(), AuditContexts.any()));
    ApiKey expired = key(Agents.agentKey(agent, Instant.EPOCH.plusSeconds(1)));
    ApiKey successor = Agents.agentKey(agent);
    Instant end = successor.createTime();

    for (UUID id : List.of(revoked.keyId(), expired.keyId(), UUID.randomUUID())) {
      refused(
          ErrorReason.API_KEY_NOT_FOUND,
          store().rotateApiKey(id, successor, end, AuditContexts.any()));
    }

    assertThat(get(store().findApiKey(successor.keyId()))).isEmpty();
  }

  @Test
  void noteApiKeyUses_keepsTheLatest() {
    ApiKey one = key(Agents.agentKey(newAgent()));
    ApiKey two = key(Agents.agentKey(newAgent()));
    Instant time = clock.instant();

    int noted = get(store().noteApiKeyUses(Map.of(one.keyId(), time, UUID.randomUUID(), time)));
    get(store().noteApiKeyUses(Map.of(one.keyId(), time.minusSeconds(1), two.keyId(), time)));

    assertThat(noted).isEqualTo(1);
    assertThat(found(one)).isEqualTo(one.withLastUse(time));
    assertThat(found(two)).isEqualTo(two.withLastUse(time));
    assertThat(get(store().findApiKey(one.secretHash()))).contains(one.withLastUse(time));
  }

  @Test
  void listApiKeys_ofOwner_byUnsignedIdRevokedOnesIncluded() {
    String owner = Agents.owner();
    long low = UUID.randomUUID().getLeastSignificantBits();
    ApiKey last = key(Agents.masterKey(new UUID(-1, low), owner));
    ApiKey first = replacement(Agents.masterKey(new UUID(1, low), owner));
    key(Agents.masterKey(Agents.owner()));

    assertThat(get(store().listApiKeys(new ApiKeyQuery(owner, null, 10), Cancellation.NONE)))
        .containsExactly(first, last.revoked(first.createTime()));
    assertThat(
            get(store().listApiKeys(new ApiKeyQuery(owner, first.keyId(), 1), Cancellation.NONE)))
        .extracting(ApiKey::keyId)
        .containsExactly(last.keyId());
    assertThat(
            get(
                store()
                    .listApiKeys(
                        new ApiKeyQuery(null, null, Integer.MAX_VALUE), Cancellation.NONE)))
        .contains(first);
  }

  private ApiKey key(ApiKey key) {
    return get(store().createApiKey(key, AuditContexts.any()));
  }

  private ApiKey replacement(ApiKey key) {
    return get(store().replaceMasterKey(key, AuditContexts.any()));
  }

  private ApiKey found(ApiKey key) {
    return get(store().findApiKey(key.keyId())).orElseThrow();
  }
}
