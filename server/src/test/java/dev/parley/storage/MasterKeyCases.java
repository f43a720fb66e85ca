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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Agent keys and the master keys of their owner: no agent key outlives its master keys. */
abstract class MasterKeyCases extends StoreCases {

  @Test
  void createApiKey_duringRotationOfTheMaster_refusalNamesBoth() {
    Agent agent = newAgent();
    ApiKey old = key(Agents.masterKey(agent.owner()));
    ApiKey successor = Agents.masterKey(agent.owner());
    rotateWithOverlap(old, successor);

    SessionException refusal =
        refused(
            ErrorReason.MASTER_KEY_EXISTS,
            store().createApiKey(Agents.masterKey(agent.owner()), AuditContexts.any()));

    assertThat(refusal.metadata())
        .containsEntry("key_id", successor.keyId().toString())
        .containsEntry("key_ids", successor.keyId() + "," + old.keyId());
    assertThat(refusal)
        .hasMessageContaining(successor.keyId().toString())
        .hasMessageContaining(old.keyId().toString());
  }

  private void rotateWithOverlap(ApiKey key, ApiKey successor) {
    Instant end = successor.createTime().plusSeconds(3_600);
    get(store().rotateApiKey(key.keyId(), successor, end, AuditContexts.any()));
  }

  @Test
  void createApiKey_byMasterKey_isMadeWhileThatIsLive() {
    Agent agent = newAgent();
    ApiKey master = key(Agents.masterKey(agent.owner()));
    ApiKey made = Agents.agentKey(agent);
    AuditContext byMaster = by(master);

    get(store().createApiKey(made, byMaster));

    assertThat(found(made)).isEqualTo(made);
    assertThat(audited(agent.owner())).contains(byMaster.entryFor(made));
  }

  @Test
  void createApiKey_byReplacedOrRevokedMasterKey_refusedAndNothingMade() {
    Agent agent = newAgent();
    ApiKey replaced = key(Agents.masterKey(agent.owner()));
    ApiKey one = Agents.agentKey(agent);
    ApiKey revoked = replacement(Agents.masterKey(agent.owner()));
    ApiKey two = Agents.agentKey(agent);
    get(store().revokeApiKey(revoked.keyId(), clock.instant(), AuditContexts.any()));

    // The keys were made before, and are written after the end of their callers' keys.
    refused(ErrorReason.CREDENTIAL_INVALID, store().createApiKey(one, by(replaced)));
    refused(ErrorReason.CREDENTIAL_INVALID, store().createApiKey(two, by(revoked)));
    refused(
        ErrorReason.CREDENTIAL_INVALID,
        store().createApiKey(Agents.agentKey(agent), by(Agents.masterKey(agent.owner()))));

    assertThat(get(store().findApiKey(one.keyId()))).isEmpty();
    assertThat(get(store().findApiKey(two.keyId()))).isEmpty();
  }

  @Test
  void createApiKey_whileItsMasterIsReplaced_isRefusedOrRevoked() {
    for (int i = 0; i < 20; i++) {
      Agent agent = newAgent();
      ApiKey master = key(Agents.masterKey(agent.owner()));
      ApiKey made = Agents.agentKey(agent);
      CompletableFuture<ApiKey> creation = store().createApiKey(made, by(master));
      CompletableFuture<ApiKey> replacement =
          store().replaceMasterKey(Agents.masterKey(agent.owner()), AuditContexts.any());
      CompletableFuture<ApiKey> later = store().createApiKey(Agents.agentKey(agent), by(master));

      get(replacement);
      assertThat(CompletableFuture.allOf(creation, later).handle((none, failure) -> 0))
          .succeedsWithin(Duration.ofMinutes(1));
      assertThat(
              get(store().listApiKeys(new ApiKeyQuery(agent.owner(), null, 9), Cancellation.NONE)))
          .filteredOn(key -> !key.isMaster())
          .allMatch(key -> key.revokeTime() != null);
    }
  }

  @Test
  void rotateApiKey_byRevokedMasterKey_refusedAndNothingMade() {
    Agent agent = newAgent();
    ApiKey master = key(Agents.masterKey(agent.owner()));
    get(store().revokeApiKey(master.keyId(), clock.instant(), AuditContexts.any()));
    ApiKey agentKey = key(Agents.agentKey(agent));
    ApiKey successor = Agents.agentKey(agent);

    refused(
        ErrorReason.CREDENTIAL_INVALID,
        store().rotateApiKey(agentKey.keyId(), successor, successor.createTime(), by(master)));

    assertThat(get(store().findApiKey(successor.keyId()))).isEmpty();
    assertThat(found(agentKey)).isEqualTo(agentKey);
  }

  private AuditContext by(ApiKey caller) {
    return AuditContexts.of(AuditAction.KEY_CREATE, clock.instant(), caller.keyId());
  }

  @Test
  void revokeApiKey_successorWhileTheRotatedMasterIsLive_takesAgentKeysWithIt() {
    Agent agent = newAgent();
    ApiKey old = key(Agents.masterKey(agent.owner()));
    ApiKey agentKey = key(Agents.agentKey(agent));
    ApiKey successor = Agents.masterKey(agent.owner());
    rotateWithOverlap(old, successor);
    Instant now = clock.instant();

    get(store().revokeApiKey(successor.keyId(), now, AuditContexts.any()));

    assertThat(found(agentKey)).isEqualTo(agentKey.revoked(now));
    assertThat(found(old).revokeTime()).isNull();
  }

  @Test
  void revokeApiKey_rotatedMasterWhileItIsLive_leavesTheSuccessorsAgentKeys() {
    Agent agent = newAgent();
    ApiKey old = key(Agents.masterKey(agent.owner()));
    ApiKey agentKey = key(Agents.agentKey(agent));
    ApiKey successor = Agents.masterKey(agent.owner());
    rotateWithOverlap(old, successor);

    get(store().revokeApiKey(old.keyId(), clock.instant(), AuditContexts.any()));

    assertThat(found(agentKey)).isEqualTo(agentKey);
    assertThat(found(successor)).isEqualTo(successor);
  }

  private List<AuditEntry> audited(String owner) {
    return get(
        store()
            .listAuditEntries(
                new AuditQuery(owner, null, "key.create", null, null, null, 100),
                Cancellation.NONE));
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
