package dev.parley.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AgentTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Agent AGENT =
      new Agent(UUID.randomUUID(), "acme", Instant.EPOCH, Agent.Profile.EMPTY);

  @Test
  void withDefaultSessionTtl_changesNothingElse() {
    assertThat(AGENT.withDefaultSessionTtl(DAY))
        .isEqualTo(
            new Agent(AGENT.agentId(), "acme", Instant.EPOCH, new Agent.Profile(null, null, DAY)));
    assertThat(AGENT.withDefaultSessionTtl(DAY).withDefaultSessionTtl(null)).isEqualTo(AGENT);
  }

  @Test
  void equalsExceptProfile_anotherTtl_isTrue() {
    assertThat(AGENT.equalsExceptProfile(AGENT)).isTrue();
    assertThat(AGENT.equalsExceptProfile(AGENT.withDefaultSessionTtl(DAY))).isTrue();
    assertThat(AGENT.withDefaultSessionTtl(DAY).equalsExceptProfile(AGENT)).isTrue();
  }

  @Test
  void equalsExceptProfile_anotherIdOwnerOrTime_isFalse() {
    UUID id = AGENT.agentId();

    assertThat(
            AGENT.equalsExceptProfile(
                new Agent(UUID.randomUUID(), "acme", Instant.EPOCH, Agent.Profile.EMPTY)))
        .isFalse();
    assertThat(
            AGENT.equalsExceptProfile(new Agent(id, "globex", Instant.EPOCH, Agent.Profile.EMPTY)))
        .isFalse();
    assertThat(
            AGENT.equalsExceptProfile(
                new Agent(id, "acme", Instant.EPOCH.plusSeconds(1), Agent.Profile.EMPTY)))
        .isFalse();
  }

  @Test
  void etag_changesWithEachFieldOfTheProfile() {
    List<Agent.Profile> profiles =
        List.of(
            Agent.Profile.EMPTY,
            new Agent.Profile("a", null, null),
            new Agent.Profile(null, "a", null),
            new Agent.Profile("null", null, null),
            new Agent.Profile("-", null, null),
            new Agent.Profile("a1:b", null, null),
            new Agent.Profile("a", "b", null),
            new Agent.Profile(null, null, DAY),
            new Agent.Profile(null, null, DAY.plusSeconds(1)));

    assertThat(profiles.stream().map(profile -> AGENT.withProfile(profile).etag()))
        .doesNotHaveDuplicates()
        .allMatch(etag -> etag.matches("\"[0-9a-f]{16}\""));
    assertThat(new Agent(UUID.randomUUID(), "x", Instant.MIN, Agent.Profile.EMPTY).etag())
        .isEqualTo(AGENT.etag());
  }
}
