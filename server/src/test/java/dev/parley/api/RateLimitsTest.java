package dev.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RateLimitsTest {

  /** However many addresses call. */
  @Test
  void callers_moreThanAreRemembered_forgotten() {
    RateLimits limits = new RateLimits(OptionalInt.of(1));
    for (int i = 0; i < 2 * RateLimits.CALLERS_MAX; i++) {
      limits.count("address-" + i, null, null);
    }
    assertThat(limits.callers()).isBetween(1L, (long) RateLimits.CALLERS_MAX);
  }
}
