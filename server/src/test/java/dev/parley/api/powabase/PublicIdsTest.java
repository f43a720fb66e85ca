package dev.parley.api.powabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.SessionException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicIdsTest {
  private static final UUID ID = UUID.fromString("3f0c2d6e-8b1a-4d52-9a57-1c3f5e7a9b10");

  @Test
  void session_isItsDigits() {
    assertThat(PublicIds.session(ID)).isEqualTo("sess_3f0c2d6e8b1a4d529a571c3f5e7a9b10");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sess_3f0c2d6e8b1a4d529a571c3f5e7a9b10",
        "SESS_3F0C2D6E8B1A4D529A571C3F5E7A9B10",
        "3f0c2d6e-8b1a-4d52-9a57-1c3f5e7a9b10",
        "3F0C2D6E-8B1A-4D52-9A57-1C3F5E7A9B10"
      })
  void toModel_bothForms(String name) {
    assertThat(PublicIds.toModel(name)).isEqualTo(ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sess_",
        "sess_4f2a9c1d7e30",
        "3f0c2d6e8b1a4d529a571c3f5e7a9b10",
        "sess_3f0c2d6e-8b1a-4d52-9a57-1c3f5e7a9b10",
        "sess_3f0c2d6e8b1a4d529a571c3f5e7a9b1",
        "sess_3f0c2d6e8b1a4d529a571c3f5e7a9b101",
        "sess_3f0c2d6e8b1a4d529a571c3f5e7a9b1g",
        "run_3f0c2d6e8b1a4d529a571c3f5e7a9b10",
        "1-1-1-1-1"
      })
  void toModel_anythingElse_isNoSession(String name) {
    assertThatThrownBy(() -> PublicIds.toModel(name))
        .isInstanceOf(SessionException.class)
        .hasMessage("Session not found");
  }

  @Test
  void runAndSeed_staySameAndDiffer() {
    assertThat(PublicIds.run(ID, "run_1"))
        .isEqualTo(PublicIds.run(ID, "run_1"))
        .isNotEqualTo(PublicIds.run(ID, "run_2"))
        .isNotEqualTo(PublicIds.run(UUID.randomUUID(), "run_1"));
    assertThat(PublicIds.seed(ID, 7))
        .matches("seed_[0-9a-f]{12}")
        .isEqualTo(PublicIds.seed(ID, 7))
        .isNotEqualTo(PublicIds.seed(ID, 8))
        .isNotEqualTo(PublicIds.seed(UUID.randomUUID(), 7));
  }
}
