package dev.parley.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Sessions;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionRefTest {
  private static final UUID AGENT = UUID.randomUUID();
  private static final Session OF_ADA = Sessions.of(AGENT, Session.Profile.EMPTY.withUser("ada"));
  private static final Session OF_NOBODY = Sessions.of(AGENT);

  @Test
  void matches_withoutUser_everySession() {
    SessionRef ref = new SessionRef.ById(AGENT, OF_ADA.sessionId(), null);

    assertThat(ref.matches(OF_ADA)).isTrue();
    assertThat(ref.matches(OF_NOBODY)).isTrue();
  }

  @Test
  void matches_withUser_thatUsersOnly() {
    assertThat(new SessionRef.ByKey(AGENT, "key", "ada").matches(OF_ADA)).isTrue();
    assertThat(new SessionRef.ByKey(AGENT, "key", "bob").matches(OF_ADA)).isFalse();
    assertThat(new SessionRef.ById(AGENT, UUID.randomUUID(), "ada").matches(OF_NOBODY)).isFalse();
  }
}
