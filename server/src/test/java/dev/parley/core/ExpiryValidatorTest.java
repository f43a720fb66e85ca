package dev.parley.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Expiry;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ExpiryValidatorTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private static final Duration MICRO = Duration.ofNanos(1_000);

  private static Expiry at(Instant time) {
    return new Expiry(time, null, false);
  }

  private static Expiry idle(Duration ttl) {
    return new Expiry(null, ttl, false);
  }

  private static void assertInvalid(String field, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SessionException.class,
            e ->
                assertThat(e.violations())
                    .extracting(FieldViolation::field)
                    .containsExactly(field));
  }

  @Test
  void require_noExpiry_isAccepted() {
    assertThatCode(
            () -> {
              ExpiryValidator.require(Expiry.NEVER, Expiry.NEVER, NOW);
              ExpiryValidator.require(Expiry.NEVER, Expiry.UNSET, NOW);
              ExpiryValidator.require(idle(Expiry.TTL_MIN), Expiry.NEVER, NOW);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void require_expireTime_mustLieAheadUnlessItIsTheOldOne() {
    assertThatCode(
            () -> {
              ExpiryValidator.require(Expiry.NEVER, at(NOW.plus(MICRO)), NOW);
              ExpiryValidator.require(at(NOW.minusSeconds(9)), at(NOW.minusSeconds(9)), NOW);
            })
        .doesNotThrowAnyException();
    assertInvalid("expire_time", () -> ExpiryValidator.require(Expiry.NEVER, at(NOW), NOW));
    assertInvalid(
        "expire_time",
        () -> ExpiryValidator.require(at(NOW.minusSeconds(9)), at(NOW.minusSeconds(8)), NOW));
  }

  @Test
  void require_ttl_withinItsBoundsUnlessItIsTheOldOne() {
    Duration tooShort = Expiry.TTL_MIN.minus(MICRO);
    Duration tooLong = Expiry.TTL_MAX.plus(MICRO);

    assertThatCode(
            () -> {
              ExpiryValidator.require(Expiry.NEVER, idle(Expiry.TTL_MIN), NOW);
              ExpiryValidator.require(Expiry.NEVER, idle(Expiry.TTL_MAX), NOW);
              ExpiryValidator.require(idle(tooShort), idle(tooShort), NOW);
            })
        .doesNotThrowAnyException();
    assertInvalid("ttl", () -> ExpiryValidator.require(Expiry.NEVER, idle(tooShort), NOW));
    assertInvalid("ttl", () -> ExpiryValidator.require(Expiry.NEVER, idle(tooLong), NOW));
  }

  @Test
  void requireTtl_namesTheFieldAndTheBounds() {
    assertThatThrownBy(() -> ExpiryValidator.requireTtl("a_field", Duration.ofSeconds(1)))
        .hasMessage("a_field must be from 60s to 315360000s, or 0s for none");
    assertThatCode(() -> ExpiryValidator.requireTtl("a_field", null)).doesNotThrowAnyException();
  }
}
