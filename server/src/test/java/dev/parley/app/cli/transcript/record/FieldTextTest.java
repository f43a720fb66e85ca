package dev.parley.app.cli.transcript.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FieldTextTest {
  @Test
  void name_atTheLimit_unchanged_oneMore_shortened() {
    String most = "🦜".repeat(FieldText.CHARACTERS_MAX);

    assertThat(FieldText.name(most)).isEqualTo(most);
    String shortened = FieldText.name(most + "x");
    assertThat(shortened.codePointCount(0, shortened.length())).isEqualTo(255);
    assertThat(shortened).isNotEqualTo(FieldText.name(most + "y"));
  }

  @Test
  void name_controlCharactersOrHalfPair_changed() {
    assertThat(FieldText.name("a\nb")).startsWith("ab~");
    assertThat(FieldText.name("a\ud83d")).startsWith("a\uFFFD~");
    assertThat(FieldText.name("")).startsWith("~");
  }
}
