package dev.parley.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SurrogatesTest {
  private static final String PAIR = "\uD83D\uDE00";

  @Test
  void replaceUnpaired_replacesHalvesOnly() {
    assertThat(Surrogates.replaceUnpaired(PAIR)).isSameAs(PAIR);
    assertThat(Surrogates.replaceUnpaired("\uD83D" + PAIR + "\uDE00x\uD83D"))
        .isEqualTo("\uFFFD" + PAIR + "\uFFFDx\uFFFD");
    assertThat(Surrogates.replaceUnpaired("\uDE00\uD83D")).isEqualTo("\uFFFD\uFFFD");
  }

  @Test
  void escapeUnpaired_escapesHalvesOnly() {
    assertThat(Surrogates.escapeUnpaired("\"" + PAIR + "\"")).isEqualTo("\"" + PAIR + "\"");
    assertThat(Surrogates.escapeUnpaired("\"\uD83D" + PAIR + "\uDE00\""))
        .isEqualTo("\"\\ud83d" + PAIR + "\\ude00\"");
  }
}
