package dev.parley.api.call.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import dev.parley.auth.Principal;
import dev.parley.model.SessionException;
import java.net.InetAddress;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RateLimitsTest {

  /** The memory is bounded for any number of addresses. */
  @Test
  void callers_moreThanAreRemembered_forgotten() {
    RateLimits limits = new RateLimits(OptionalInt.of(1));
    for (int i = 0; i < 2 * RateLimits.CALLERS_MAX; i++) {
      limits.count(address(InetAddresses.fromInteger(i).getHostAddress()), null, null);
    }
    assertThat(limits.callers()).isBetween(1L, (long) RateLimits.CALLERS_MAX);
  }

  @Test
  void addressesOfOneNetwork_areOneCaller() {
    RateLimits limits = new RateLimits(OptionalInt.of(1));
    limits.count(address("2001:db8::1"), null, null);

    assertThatThrownBy(() -> limits.count(address("2001:db8::ffff:2"), null, null))
        .isInstanceOf(SessionException.class);
    limits.count(address("2001:db8:0:1::1"), null, null);
    limits.count(address("10.0.0.1"), null, null);
    limits.count(address("10.0.0.2"), null, null);
  }

  @Test
  void tokensOfOneUser_areOneCaller() {
    RateLimits limits = new RateLimits(OptionalInt.of(1));
    Principal ann = new Principal.User("acme", "ann", null, Set.of());
    Principal bob = new Principal.User("acme", "bob", null, Set.of());
    limits.count(address("10.0.0.1"), "one", ann);

    assertThatThrownBy(() -> limits.count(address("10.0.0.2"), "another", ann))
        .isInstanceOf(SessionException.class);
    limits.count(address("10.0.0.3"), "another", bob);
  }

  private static InetAddress address(String text) {
    return InetAddresses.forString(text);
  }
}
