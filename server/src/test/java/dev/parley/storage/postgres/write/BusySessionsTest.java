package dev.parley.storage.postgres.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Expiry;
import dev.parley.model.Session;
import dev.parley.testing.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BusySessionsTest {
  private static final UUID AGENT = new UUID(0, 1);

  private final BusySessions busySessions = new BusySessions();

  @Test
  void admit_labels_isRefused() {
    assertThat(admit(Session.Profile.EMPTY)).isTrue();
    assertThat(admit(Session.Profile.EMPTY.withLabels(Map.of("team", "a")))).isFalse();
  }

  @Test
  void admit_timeToLive_isAtLeastADay() {
    Duration day = Duration.ofDays(1);

    assertThat(admit(withTtl(day))).isTrue();
    assertThat(admit(withTtl(day.minusNanos(1_000)))).isFalse();
  }

  @Test
  void admit_moreSessionsOfAnAgent_refusesThoseAboveTheLimit() {
    List<Session> all = sessions(AGENT, BusySessions.PER_AGENT_MAX + 1);

    boolean[] admitted = busySessions.admit(all);

    assertThat(admitted).hasSize(BusySessions.PER_AGENT_MAX + 1).endsWith(true, false);
    assertThat(busySessions.admit(List.of(all.get(0)))).containsExactly(true);
    assertThat(busySessions.admit(sessions(new UUID(0, 2), 1))).containsExactly(true);
  }

  @Test
  void admit_moreSessionsOfAllAgents_refusesThoseAboveTheLimit() {
    int agents = BusySessions.MAX / BusySessions.PER_AGENT_MAX;
    for (int i = 0; i < agents; i++) {
      assertThat(busySessions.admit(sessions(new UUID(1, i), BusySessions.PER_AGENT_MAX)))
          .doesNotContain(false);
    }

    assertThat(busySessions.admit(sessions(AGENT, 1))).containsExactly(false);
  }

  @Test
  void forgetIdle_makesRoomForOthers() {
    List<Session> all = sessions(AGENT, BusySessions.PER_AGENT_MAX);
    var unused = busySessions.admit(all);
    Session next = Sessions.of(AGENT);

    busySessions.forgetIdle(all.get(0).updateTime());
    assertThat(busySessions.admit(List.of(next))).containsExactly(false);

    busySessions.forgetIdle(all.get(1).updateTime());
    assertThat(busySessions.admit(List.of(next, Sessions.of(AGENT)))).containsExactly(true, false);
  }

  private boolean admit(Session.Profile profile) {
    return busySessions.admit(List.of(Sessions.of(AGENT, profile)))[0];
  }

  private static Session.Profile withTtl(Duration ttl) {
    return Session.Profile.EMPTY.withExpiry(new Expiry(null, ttl, false));
  }

  /** Sessions whose update times are a second apart. */
  private static List<Session> sessions(UUID agentId, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Sessions.of(agentId, "key " + i, Instant.ofEpochSecond(i)))
        .toList();
  }
}
