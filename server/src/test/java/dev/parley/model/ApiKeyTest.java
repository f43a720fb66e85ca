package dev.parley.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.ApiKey.State;
import dev.parley.testing.Agents;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ApiKeyTest {
  private static final Instant NOW = Instant.parse("2026-05-01T00:00:00Z");
  private static final Agent AGENT = Agents.of("acme");

  private static ApiKey expiring(Instant expireTime) {
    return Agents.agentKey(AGENT, expireTime);
  }

  @Test
  void isMaster_withoutAgent() {
    assertThat(Agents.masterKey("acme").isMaster()).isTrue();
    assertThat(Agents.agentKey(AGENT).isMaster()).isFalse();
  }

  @Test
  void state_isLiveUntilTheExpireTime() {
    ApiKey key = expiring(NOW);

    assertThat(key.state(NOW.minusNanos(1_000))).isEqualTo(State.LIVE);
    assertThat(key.state(NOW)).isEqualTo(State.EXPIRED);
    assertThat(key.isLive(NOW.minusNanos(1_000))).isTrue();
    assertThat(key.isLive(NOW)).isFalse();
    assertThat(expiring(null).isLive(Instant.MAX)).isTrue();
  }

  @Test
  void state_revoked_whateverTheTimes() {
    ApiKey revoked = expiring(NOW).revoked(NOW);

    assertThat(revoked.state(NOW.minusSeconds(9))).isEqualTo(State.REVOKED);
    assertThat(revoked.state(NOW.plusSeconds(9))).isEqualTo(State.REVOKED);
  }

  @Test
  void revoked_again_keepsTheFirstTime() {
    ApiKey revoked = expiring(null).revoked(NOW);

    assertThat(revoked.revokeTime()).isEqualTo(NOW);
    assertThat(revoked.revoked(NOW.plusSeconds(9))).isSameAs(revoked);
  }

  @Test
  void expiringBy_theEarlierTimeApplies() {
    assertThat(expiring(null).expiringBy(NOW).expireTime()).isEqualTo(NOW);
    assertThat(expiring(NOW.plusSeconds(9)).expiringBy(NOW).expireTime()).isEqualTo(NOW);
    assertThat(expiring(NOW).expiringBy(NOW.plusSeconds(9)).expireTime()).isEqualTo(NOW);
  }

  @Test
  void withLastUse_theLaterTimeApplies() {
    ApiKey used = expiring(null).withLastUse(NOW);

    assertThat(used.lastUseTime()).isEqualTo(NOW);
    assertThat(used.withLastUse(NOW.minusSeconds(9))).isSameAs(used);
    assertThat(used.withLastUse(NOW.plusSeconds(9)).lastUseTime()).isEqualTo(NOW.plusSeconds(9));
  }

  @Test
  void changes_keepEverythingElse() {
    ApiKey key = expiring(NOW);
    ApiKey changed = key.withLastUse(NOW).expiringBy(NOW.minusSeconds(1)).revoked(NOW);

    assertThat(changed)
        .usingRecursiveComparison()
        .ignoringFields("lastUseTime", "expireTime", "revokeTime")
        .isEqualTo(key);
    assertThat(changed.lastUseTime()).isEqualTo(NOW);
    assertThat(changed.expireTime()).isEqualTo(NOW.minusSeconds(1));
  }
}
