package dev.parley.search.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Content;
import dev.parley.model.Json;
import org.junit.jupiter.api.Test;

class SearchableTextTest {
  private static String text(String blocks) {
    return SearchableText.of(Content.blocks(Json.ofUtf8(blocks.getBytes(UTF_8))));
  }

  @Test
  void text_isItself() {
    assertThat(SearchableText.of(Content.text("a \"b\""))).isEqualTo("a \"b\"");
  }

  @Test
  void stringsOfBlocks_areFoundExceptTypesIdsAndData() {
    assertThat(
            text(
                """
                [{"type":"text","text":"one"},
                 {"type":"tool_use","id":"toolu_1","name":"grep","input":{"pattern":"two","n":3}},
                 {"type":"tool_result","tool_use_id":"toolu_1","content":[{"text":"three"}]},
                 {"type":"image","source":{"data":"AAAA","media_type":"image/png"}},
                 {"type":"image_url","image_url":{"url":"data:image/png;base64,BBBB"}}]"""))
        .isEqualTo("one\ngrep\ntwo\nthree");
  }

  @Test
  void longText_isCut() {
    String longest = "a".repeat(SearchableText.CHARACTERS_MAX);

    assertThat(SearchableText.of(Content.text(longest))).isEqualTo(longest);
    assertThat(SearchableText.of(Content.text(longest + "b"))).isEqualTo(longest);
    assertThat(SearchableText.of(Content.text(longest.substring(1) + "\ud83d\ude00")))
        .isEqualTo(longest.substring(1));
  }
}
