package dev.parley.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.auth.Principal;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OwnerFilterTest {
  private static final Principal ROOT = new Principal.Root();
  private static final Principal MASTER = new Principal.Master("acme", null, null);
  private static final Principal USER = new Principal.User("acme", "ada", null, Set.of());
  private static final Principal AGENT_KEY =
      new Principal.AgentHolder(UUID.randomUUID(), Set.of(), null, null);

  @Test
  void visible_noOwnerAskedFor_isTheCallersOwn() {
    assertThat(OwnerFilter.visible(ROOT, null)).isNull();
    assertThat(OwnerFilter.visible(ROOT, "")).isNull();
    assertThat(OwnerFilter.visible(MASTER, null)).isEqualTo("acme");
    assertThat(OwnerFilter.visible(USER, "")).isEqualTo("acme");
  }

  @Test
  void visible_ownOwner_isAllowed() {
    assertThat(OwnerFilter.visible(ROOT, "anyone")).isEqualTo("anyone");
    assertThat(OwnerFilter.visible(MASTER, "acme")).isEqualTo("acme");
    assertThat(OwnerFilter.visible(USER, "acme")).isEqualTo("acme");
  }

  @Test
  void visible_anotherOwner_refused() {
    for (Principal caller : List.of(MASTER, USER, AGENT_KEY)) {
      assertThatThrownBy(() -> OwnerFilter.visible(caller, "globex"))
          .isInstanceOfSatisfying(
              SessionException.class,
              e -> assertThat(e.reason()).isEqualTo(ErrorReason.OWNER_FORBIDDEN));
    }
  }
}
