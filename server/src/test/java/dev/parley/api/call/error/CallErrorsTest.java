package dev.parley.api.call.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CallErrorsTest {
  @ParameterizedTest
  @EnumSource(names = {"UNAVAILABLE", "OVERLOADED"})
  void retryDelay_isSpreadOverOneToThreeSeconds(ErrorReason reason) {
    SessionException failure = new SessionException(reason, "Not now.");
    Set<Duration> delays = new HashSet<>();
    Set<Long> seconds = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      delays.add(CallErrors.retryDelay(failure));
      seconds.add(CallErrors.retrySeconds(failure));
    }

    assertThat(delays)
        .hasSizeGreaterThan(100)
        .allSatisfy(
            each -> assertThat(each).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3)));
    assertThat(seconds).containsExactlyInAnyOrder(1L, 2L, 3L);
  }

  @Test
  void retryDelay_rateLimited_isThatOfTheLimit() {
    SessionException failure =
        new SessionException(ErrorReason.RATE_LIMITED, "Slowly.", Map.of("retry_seconds", "42"));

    assertThat(CallErrors.retryDelay(failure)).isEqualTo(Duration.ofSeconds(42));
    assertThat(CallErrors.retrySeconds(failure)).isEqualTo(42);
  }
}
