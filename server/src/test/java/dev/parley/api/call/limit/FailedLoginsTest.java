package dev.parley.api.call.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.net.InetAddresses;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.net.InetAddress;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {
  private final FailedLogins logins = new FailedLogins(OptionalInt.of(3));
  private final InetAddress address = InetAddresses.forString("192.0.2.1");

  @Test
  void failures_pastTheLimit_rateLimitedWithWhenToTryAgain() {
    for (int i = 0; i < 3; i++) {
      logins.count(address);
    }

    SessionException refused =
        catchThrowableOfType(SessionException.class, () -> logins.count(address));

    assertThat(refused.reason()).isEqualTo(ErrorReason.RATE_LIMITED);
    assertThat(refused.metadata()).containsKey("retry_seconds");
  }

  @Test
  void failures_ofAnotherAddress_countForThatOne() {
    for (int i = 0; i < 3; i++) {
      logins.count(address);
    }

    logins.count(InetAddresses.forString("192.0.2.2"));
    assertThatThrownBy(() -> logins.count(address)).isInstanceOf(SessionException.class);
  }

  @Test
  void noLimit_countsNothing() {
    FailedLogins unlimited = new FailedLogins(OptionalInt.empty());

    for (int i = 0; i < 1000; i++) {
      unlimited.count(address);
    }
  }
}
