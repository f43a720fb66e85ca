package dev.parley.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Content;
import dev.parley.testing.Sessions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentTextTest {

  @Test
  void of_text_isIt() {
    assertThat(ContentText.of(Content.text("[{\"text\":\"é\"}]"))).isEqualTo("[{\"text\":\"é\"}]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|``",
        "[{}]|``",
        "[{\"type\":\"text\",\"text\":\"a\"},{\"text\":\"b\",\"type\":\"text\"}]|ab",
        "[{\"text\":\"no type\"}]|no type",
        "[{\"type\":\"input_text\",\"text\":\"a\"},{\"type\":\"output_text\",\"text\":\"b\"}]|ab",
        "[{\"type\":\"tool_use\",\"text\":\"a\"},{\"type\":[\"text\"],\"text\":\"b\"}]|``",
        "[{\"type\":\"text\",\"text\":{\"text\":\"inner\"}}]|``",
        "[{\"type\":\"text\",\"meta\":{\"text\":\"inner\",\"type\":\"x\"},\"text\":\"a\"}]|a",
        "[{\"text\":\"\\u00e9\\ud83e\\udd9c\"}]|é🦜",
        "[{\"text\":\"\\ud83e a\"},{\"\\ud83e\":1,\"text\":\"\\udd9c\"}]|\uFFFD a\uFFFD",
      })
  void of_blocks_textOfTextBlocks(String blocks, String text) {
    assertThat(ContentText.of(Content.blocks(Sessions.json(blocks)))).isEqualTo(text);
  }
}
