package dev.parley.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AgentTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Agent AGENT = new Agent(UUID.randomUUID(), "acme", Instant.EPOCH, null);

  @Test
  void withDefaultSessionTtl_changesNothingElse() {
    assertThat(AGENT.withDefaultSessionTtl(DAY))
        .isEqualTo(new Agent(AGENT.agentId(), "acme", Instant.EPOCH, DAY));
    assertThat(AGENT.withDefaultSessionTtl(DAY).withDefaultSessionTtl(null)).isEqualTo(AGENT);
  }

  @Test
  void isSame_whateverTheTtl() {
    assertThat(AGENT.equalsExceptDefaultTtl(AGENT)).isTrue();
    assertThat(AGENT.equalsExceptDefaultTtl(AGENT.withDefaultSessionTtl(DAY))).isTrue();
    assertThat(AGENT.withDefaultSessionTtl(DAY).equalsExceptDefaultTtl(AGENT)).isTrue();
  }

  @Test
  void isSame_anotherIdOwnerOrTime_isNot() {
    UUID id = AGENT.agentId();

    assertThat(
            AGENT.equalsExceptDefaultTtl(new Agent(UUID.randomUUID(), "acme", Instant.EPOCH, null)))
        .isFalse();
    assertThat(AGENT.equalsExceptDefaultTtl(new Agent(id, "globex", Instant.EPOCH, null)))
        .isFalse();
    assertThat(
            AGENT.equalsExceptDefaultTtl(new Agent(id, "acme", Instant.EPOCH.plusSeconds(1), null)))
        .isFalse();
  }
}
