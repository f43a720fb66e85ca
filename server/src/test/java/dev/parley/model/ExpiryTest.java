package dev.parley.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ExpiryTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void create_nanoseconds_areCutToMicroseconds() {
    Expiry expiry = new Expiry(NOW.plusNanos(1_999), HOUR.plusNanos(1_999), false);

    assertThat(expiry.expireTime()).isEqualTo(NOW.plusNanos(1_000));
    assertThat(expiry.ttl()).isEqualTo(HOUR.plusNanos(1_000));
  }

  @Test
  void create_ttlOfZero_fails() {
    assertThatThrownBy(() -> new Expiry(null, Duration.ZERO, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Expiry(null, Duration.ofNanos(999), false))
        .as("less than a microsecond")
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void create_expireTimeFromAnAgentDefault_fails() {
    assertThatThrownBy(() -> new Expiry(NOW, null, true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void effectiveExpireTime_none_isNever() {
    assertThat(Expiry.NEVER.effectiveExpireTime(NOW)).isNull();
    assertThat(Expiry.UNSET.effectiveExpireTime(NOW)).isNull();
    assertThat(Expiry.UNSET).isNotEqualTo(Expiry.NEVER);
  }

  @Test
  void effectiveExpireTime_oneGiven_isThatOne() {
    assertThat(new Expiry(NOW, null, false).effectiveExpireTime(NOW.plusSeconds(9))).isEqualTo(NOW);
    assertThat(new Expiry(null, HOUR, false).effectiveExpireTime(NOW)).isEqualTo(NOW.plus(HOUR));
    assertThat(new Expiry(null, HOUR, true).effectiveExpireTime(NOW)).isEqualTo(NOW.plus(HOUR));
  }

  @Test
  void effectiveExpireTime_bothGiven_isTheEarlierOne() {
    Instant end = NOW.plus(HOUR);

    assertThat(new Expiry(end.minusSeconds(1), HOUR, false).effectiveExpireTime(NOW))
        .isEqualTo(end.minusSeconds(1));
    assertThat(new Expiry(end.plusSeconds(1), HOUR, false).effectiveExpireTime(NOW)).isEqualTo(end);
  }
}
