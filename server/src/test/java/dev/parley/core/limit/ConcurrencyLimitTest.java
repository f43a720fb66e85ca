package dev.parley.core.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.auth.Principal;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ConcurrencyLimitTest {
  private final ConcurrencyLimit limits =
      new ConcurrencyLimit("calls that wait for messages", 3, 2);

  private static Principal user(String subject) {
    return new Principal.User("acme", subject, null, Set.of());
  }

  private void assertRefused(Principal caller) {
    assertThatThrownBy(() -> limits.acquire(caller))
        .isInstanceOfSatisfying(
            SessionException.class, e -> assertThat(e.reason()).isEqualTo(ErrorReason.OVERLOADED));
  }

  @Test
  void acquire_atTheLimitOfACaller_isRefusedForThisCallerOnly() {
    limits.acquire(user("ada"));
    ConcurrencyLimit.Place second = limits.acquire(user("ada"));
    assertRefused(user("ada"));
    limits.acquire(user("bob"));

    second.close();
    limits.acquire(user("ada"));
  }

  @Test
  void acquire_atTheTotalLimit_isRefused() {
    limits.acquire(user("ada"));
    limits.acquire(user("ada"));
    ConcurrencyLimit.Place third = limits.acquire(user("bob"));
    assertRefused(user("eve"));
    assertThat(limits.total()).isEqualTo(3);

    third.close();
    third.close();
    assertThat(limits.total()).isEqualTo(2);
    limits.acquire(user("eve"));
  }

  @Test
  void keysOfOneOwner_areCallersOfTheirOwn() {
    for (int i = 0; i < 3; i++) {
      limits.acquire(new Principal.Master("acme", null, UUID.randomUUID()));
    }
    assertThat(limits.total()).isEqualTo(3);
  }
}
