package dev.parley.model;

import static dev.parley.testing.Sessions.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ContentTest {
  @Test
  void text_isKeptAsUtf8() {
    Content content = Content.text("\u00e9");

    assertThat(content.isBlocks()).isFalse();
    assertThat(content.utf8()).isEqualTo("\u00e9".getBytes(UTF_8));
    assertThat(content).isEqualTo(Content.textUtf8("\u00e9".getBytes(UTF_8)));
  }

  @Test
  void blocks_areKeptAsTheyCame() {
    Content content = Content.blocks(json("[ {\"b\":1.0,\"a\":2} ]"));

    assertThat(content.isBlocks()).isTrue();
    assertThat(content.utf8()).isEqualTo("[ {\"b\":1.0,\"a\":2} ]".getBytes(UTF_8));
  }

  @Test
  void equals_textIsNotBlocksWithTheSameBytes() {
    assertThat(Content.text("[]"))
        .isEqualTo(Content.text("[]"))
        .hasSameHashCodeAs(Content.text("[]"))
        .isNotEqualTo(Content.text("[ ]"))
        .isNotEqualTo(Content.blocks(json("[]")))
        .isNotEqualTo("[]");
    assertThat(Content.blocks(json("[]")))
        .isEqualTo(Content.blocks(json("[]")))
        .isNotEqualTo(Content.blocks(json("[ ]")));
  }

  /** So that content does not appear in logs. */
  @Test
  void toString_showsTheSizeOnly() {
    assertThat(Content.text("secret")).hasToString("text of 6 bytes");
    assertThat(Content.blocks(json("[]"))).hasToString("blocks of 2 bytes");
  }
}
