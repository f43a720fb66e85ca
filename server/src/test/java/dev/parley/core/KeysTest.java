package dev.parley.core;

import static dev.parley.core.CoreFixture.allPages;
import static dev.parley.core.CoreFixture.first;
import static dev.parley.testing.Failures.assertInvalid;
import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.auth.Caller;
import dev.parley.auth.Scope;
import dev.parley.core.Keys.Created;
import dev.parley.core.page.PageRequest;
import dev.parley.model.ApiKey;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeysTest {
  private final CoreFixture core = new CoreFixture();
  private final Keys keys = core.keys;

  private Created createMaster(String owner) {
    core.clock.advance();
    return keys.createMaster(core.root, owner, null, null, false, null).join();
  }

  private Created createForAgent(UUID agentId) {
    core.clock.advance();
    return keys.createForAgent(core.root, agentId, List.of(Scope.CHAT), "app", null, null).join();
  }

  private ApiKey find(Created created) {
    return core.store.findApiKey(created.key().keyId()).join().orElseThrow();
  }

  private boolean isLive(Created created) {
    return find(created).isLive(core.now());
  }

  @Test
  void createMaster_isStoredAsAHashOnly() {
    Created created = keys.createMaster(core.root, "acme", "app", null, false, null).join();

    ApiKey key = created.key();
    assertThat(created.secret().text()).matches("g_master_[0-9a-f]{48}");
    assertThat(key.secretHash()).isEqualTo(created.secret().hash());
    assertThat(key.owner()).isEqualTo("acme");
    assertThat(key.agentId()).isNull();
    assertThat(key.scopes()).isEmpty();
    assertThat(key.client()).isEqualTo("app");
    assertThat(key.createTime()).isEqualTo(core.now());
    assertThat(find(created)).isEqualTo(key);
    assertThat(core.lastAuditEntry().action()).isEqualTo("key.create");
  }

  @Test
  void createMaster_byOthersThanRoot_refused() {
    for (Caller caller : List.of(core.master, core.agentKey, core.ada)) {
      assertReason(
          ErrorReason.OWNER_FORBIDDEN,
          () -> keys.createMaster(caller, "acme", null, null, false, null));
    }
  }

  @Test
  void createMaster_secondOne_refusedWithWhatItWouldRevoke() {
    Created old = createMaster("acme");
    createForAgent(core.agentId());
    createForAgent(core.sibling.agentId());
    createForAgent(core.foreign.agentId());

    SessionException refusal =
        assertReason(
            ErrorReason.MASTER_KEY_EXISTS,
            () -> keys.createMaster(core.root, "acme", null, null, false, null));

    assertThat(refusal.metadata())
        .isEqualTo(
            Map.of(
                "key_id", old.key().keyId().toString(),
                "key_ids", old.key().keyId().toString(),
                "agent_keys", "2"));
    assertThat(refusal)
        .hasMessage(
            "The owner has a live master key. Creating a new one with \"replace\" revokes the"
                + " master key "
                + old.key().keyId()
                + " and 2 live keys of the owner's agents.");
    assertThat(isLive(old)).isTrue();
  }

  @Test
  void createMaster_afterOneThatIsNotLive_isMade() {
    keys.createMaster(core.root, "acme", null, core.now().plusNanos(1_000), false, null).join();
    Created revoked = createMaster("acme");
    keys.revoke(core.root, revoked.key().keyId()).join();

    assertThat(isLive(createMaster("acme"))).isTrue();
  }

  @Test
  void createMaster_replace_revokesTheOldOneAndTheAgentKeys() {
    Created old = createMaster("acme");
    Created ofAgent = createForAgent(core.agentId());
    Created ofForeign = createForAgent(core.foreign.agentId());

    Created next = keys.createMaster(core.root, "acme", null, null, true, null).join();

    assertThat(find(old).revokeTime()).isEqualTo(next.key().createTime());
    assertThat(isLive(ofAgent)).isFalse();
    assertThat(isLive(next)).isTrue();
    assertThat(isLive(ofForeign)).isTrue();
    assertThat(core.auditEntries().stream().filter(e -> e.action().equals("key.revoke")))
        .extracting(entry -> entry.target().keyId())
        .containsExactlyInAnyOrder(old.key().keyId(), ofAgent.key().keyId());
  }

  @Test
  void createForAgent_hasItsScopesAndAlwaysMayRead() {
    Created created =
        keys.createForAgent(
                core.master, core.agentId(), List.of(Scope.CHAT, Scope.CHAT), "app", null, null)
            .join();

    assertThat(created.secret().text()).matches("g_agent_[0-9a-f]{48}");
    assertThat(created.key().scopes()).containsExactly(Scope.AGENT_READ, Scope.CHAT);
    assertThat(created.key().owner()).isEqualTo("acme");
    assertThat(created.key().agentId()).isEqualTo(core.agentId());
    assertThat(find(created)).isEqualTo(created.key());
  }

  @Test
  void createForAgent_everyGrantableScope_isAccepted() {
    Created created =
        keys.createForAgent(
                core.root, core.agentId(), List.copyOf(Scope.GRANTABLE), null, null, null)
            .join();

    assertThat(Set.copyOf(created.key().scopes())).isEqualTo(Scope.GRANTABLE);
  }

  @Test
  void createForAgent_scopeThatCannotBeGranted_refusedWithItsPlace() {
    for (String scope : List.of(Scope.OWNER, Scope.OPERATOR, "CHAT", "")) {
      assertInvalid(
          "scopes[1]",
          () ->
              keys.createForAgent(
                  core.root, core.agentId(), List.of(Scope.CHAT, scope), null, null, null));
    }
  }

  @Test
  void createForAgent_ofAnotherOwnerOrUnknown_isNotFound() {
    assertReason(
        ErrorReason.AGENT_NOT_FOUND,
        () ->
            keys.createForAgent(core.master, core.foreign.agentId(), List.of(), null, null, null));
    assertReason(
        ErrorReason.AGENT_NOT_FOUND,
        () -> keys.createForAgent(core.root, UUID.randomUUID(), List.of(), null, null, null));
  }

  @Test
  void createForAgent_byTheKeyOfAnotherAgent_forbidden() {
    assertReason(
        ErrorReason.AGENT_FORBIDDEN,
        () ->
            keys.createForAgent(
                core.agentKey, core.sibling.agentId(), List.of(), null, null, null));
  }

  @Test
  void create_expireTime_mustLieAhead() {
    Instant now = core.now();

    assertInvalid(
        "expire_time", () -> keys.createMaster(core.root, "acme", null, now, false, null));
    assertInvalid(
        "expire_time",
        () -> keys.createForAgent(core.root, core.agentId(), List.of(), null, now, null));
    Created created =
        keys.createMaster(core.root, "acme", null, now.plusNanos(1_999), false, null).join();
    assertThat(created.key().expireTime()).isEqualTo(now.plusNanos(1_000));
  }

  @Test
  void rotate_agentKey_successorIsLikeIt() {
    Created old = createForAgent(core.agentId());
    core.clock.advance();

    Created next = keys.rotate(core.master, old.key().keyId(), null, null, null).join();

    assertThat(next.key().keyId()).isNotEqualTo(old.key().keyId());
    assertThat(next.secret().hash()).isNotEqualTo(old.key().secretHash());
    assertThat(next.key().agentId()).isEqualTo(core.agentId());
    assertThat(next.key().scopes()).isEqualTo(old.key().scopes());
    assertThat(next.key().client()).isEqualTo("app");
    assertThat(next.key().expireTime()).isNull();
    assertThat(core.lastAuditEntry().action()).isEqualTo("key.rotate");
    assertThat(core.lastAuditEntry().target().successorKeyId()).isEqualTo(next.key().keyId());
  }

  @Test
  void rotate_agentKey_goesOnForTheOverlap() {
    Created old = createForAgent(core.agentId());
    Created other = createForAgent(core.agentId());

    keys.rotate(core.root, old.key().keyId(), null, null, null).join();
    keys.rotate(core.root, other.key().keyId(), Duration.ZERO, null, null).join();

    assertThat(find(old).expireTime()).isEqualTo(core.now().plus(Keys.OVERLAP_DEFAULT));
    assertThat(isLive(old)).isTrue();
    assertThat(isLive(other)).isFalse();
  }

  @Test
  void rotate_keyThatExpiresEarlier_keepsItsExpireTime() {
    Instant soon = core.now().plusSeconds(60);
    Created old =
        keys.createForAgent(core.root, core.agentId(), List.of(), null, soon, null).join();

    keys.rotate(core.root, old.key().keyId(), Duration.ofHours(1), null, null).join();

    assertThat(find(old).expireTime()).isEqualTo(soon);
  }

  @Test
  void rotate_masterKey_endsAtOnceAndKeepsTheAgentKeys() {
    Created old = createMaster("acme");
    Created ofAgent = createForAgent(core.agentId());

    Created next = keys.rotate(core.root, old.key().keyId(), null, null, null).join();

    assertThat(next.key().isMaster()).isTrue();
    assertThat(isLive(old)).isFalse();
    assertThat(isLive(next)).isTrue();
    assertThat(isLive(ofAgent)).isTrue();
  }

  @Test
  void rotate_masterKeyWithOverlap_refused() {
    Created old = createMaster("acme");

    assertInvalid(
        "overlap_seconds",
        () -> keys.rotate(core.root, old.key().keyId(), Duration.ofSeconds(1), null, null));
    assertThat(keys.rotate(core.root, old.key().keyId(), Duration.ZERO, null, null).join().key())
        .isNotNull();
  }

  @Test
  void rotate_masterKeyByAMaster_refused() {
    Created old = createMaster("acme");

    assertReason(
        ErrorReason.OWNER_FORBIDDEN,
        () -> keys.rotate(core.master, old.key().keyId(), null, null, null));
    assertThat(isLive(old)).isTrue();
  }

  @Test
  void rotate_expireTime_mustLieAhead() {
    Created old = createForAgent(core.agentId());

    assertInvalid(
        "expire_time", () -> keys.rotate(core.root, old.key().keyId(), null, core.now(), null));
    Instant later = core.now().plusSeconds(9);
    assertThat(
            keys.rotate(core.root, old.key().keyId(), null, later, null).join().key().expireTime())
        .isEqualTo(later);
  }

  @Test
  void rotate_keyThatIsNotLiveOrNotVisible_isNotFound() {
    Created revoked = createForAgent(core.agentId());
    keys.revoke(core.root, revoked.key().keyId()).join();
    Created foreign = createForAgent(core.foreign.agentId());

    assertReason(
        ErrorReason.API_KEY_NOT_FOUND,
        () -> keys.rotate(core.root, revoked.key().keyId(), null, null, null));
    assertReason(
        ErrorReason.API_KEY_NOT_FOUND,
        () -> keys.rotate(core.master, foreign.key().keyId(), null, null, null));
    assertReason(
        ErrorReason.API_KEY_NOT_FOUND,
        () -> keys.rotate(core.root, UUID.randomUUID(), null, null, null));
    Created expiring = createForAgent(core.agentId());
    keys.rotate(core.root, expiring.key().keyId(), Duration.ZERO, null, null).join();
    assertReason(
        ErrorReason.API_KEY_NOT_FOUND,
        () -> keys.rotate(core.root, expiring.key().keyId(), null, null, null));
  }

  @Test
  void list_byEachCaller_showsWhatItMaySee() {
    Created ofAgent = createForAgent(core.agentId());
    Created ofForeign = createForAgent(core.foreign.agentId());
    keys.revoke(core.root, ofAgent.key().keyId()).join();

    assertThat(list(core.root, null)).containsExactlyInAnyOrder(find(ofAgent), find(ofForeign));
    assertThat(list(core.root, "globex")).containsExactly(find(ofForeign));
    assertThat(list(core.master, null)).containsExactly(find(ofAgent));
    assertReason(ErrorReason.OWNER_FORBIDDEN, () -> keys.list(core.master, "globex", first(9)));
  }

  private List<ApiKey> list(Caller caller, String owner) {
    return keys.list(caller, owner, first(9)).join().items();
  }

  @Test
  void list_inPages_byId() {
    List<ApiKey> created =
        Stream.generate(() -> createForAgent(core.agentId()).key())
            .limit(3)
            .sorted(Comparator.comparing(ApiKey::keyId))
            .toList();

    for (int size = 1; size <= 4; size++) {
      assertThat(allPages(size, page -> keys.list(core.master, null, page))).isEqualTo(created);
    }
  }

  @Test
  void list_tokenOfAnotherOwnerOrCaller_refused() {
    createForAgent(core.agentId());
    createForAgent(core.agentId());
    String token = keys.list(core.root, "acme", first(1)).join().nextToken();
    PageRequest page = new PageRequest(1, token);

    assertReason(ErrorReason.INVALID_PAGE_TOKEN, () -> keys.list(core.root, null, page));
    assertReason(ErrorReason.INVALID_PAGE_TOKEN, () -> keys.list(core.root, "globex", page));
    assertReason(ErrorReason.INVALID_PAGE_TOKEN, () -> keys.list(core.master, "acme", page));
  }

  @Test
  void revoke_agentKey_alone() {
    Created one = createForAgent(core.agentId());
    Created two = createForAgent(core.agentId());
    core.clock.advance();

    keys.revoke(core.master, one.key().keyId()).join();

    assertThat(find(one).revokeTime()).isEqualTo(core.now());
    assertThat(isLive(two)).isTrue();
    assertThat(core.lastAuditEntry().action()).isEqualTo("key.revoke");
  }

  @Test
  void revoke_masterKey_withTheOwnersAgentKeys() {
    Created master = createMaster("acme");
    Created ofAgent = createForAgent(core.agentId());
    Created ofForeign = createForAgent(core.foreign.agentId());

    keys.revoke(core.root, master.key().keyId()).join();

    assertThat(isLive(master)).isFalse();
    assertThat(isLive(ofAgent)).isFalse();
    assertThat(isLive(ofForeign)).isTrue();
  }

  @Test
  void revoke_keyThatIsNotVisible_isNotFound() {
    Created foreign = createForAgent(core.foreign.agentId());

    assertReason(
        ErrorReason.API_KEY_NOT_FOUND, () -> keys.revoke(core.master, foreign.key().keyId()));
    assertReason(ErrorReason.API_KEY_NOT_FOUND, () -> keys.revoke(core.root, UUID.randomUUID()));
    assertThat(isLive(foreign)).isTrue();
  }

  @Test
  void revoke_again_keepsTheFirstTime() {
    Created key = createForAgent(core.agentId());
    keys.revoke(core.root, key.key().keyId()).join();
    ApiKey revoked = find(key);
    core.clock.advance();

    keys.revoke(core.root, key.key().keyId()).join();

    assertThat(find(key)).isEqualTo(revoked);
  }
}
