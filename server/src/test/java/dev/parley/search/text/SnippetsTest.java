package dev.parley.search.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SnippetsTest {
  private static List<String> found(String query, String text) {
    Snippet snippet = Snippets.of(QueryParser.parse(query), text);
    return snippet.ranges().stream()
        .map(
            range ->
                snippet
                    .text()
                    .substring(
                        snippet.text().offsetByCodePoints(0, range.start()),
                        snippet.text().offsetByCodePoints(0, range.end())))
        .toList();
  }

  @Test
  void words_areMarked() {
    assertThat(found("refused connection", "The Connection was refused."))
        .containsExactly("Connection", "refused");
    assertThat(found("conf*", "my configuration")).containsExactly("configuration");
    assertThat(found("bar", "call fooBar_baz()")).containsExactly("fooBar_baz");
    assertThat(found("\"a b\"", "b a b a")).containsExactly("a b");
  }

  @Test
  void ranges_countCodePoints() {
    Snippet snippet = Snippets.of(QueryParser.parse("error"), "\ud83d\ude00 error");

    assertThat(snippet.ranges()).containsExactly(new Snippet.Range(2, 7));
  }

  @Test
  void snippet_isThePartWithTheWords() {
    String text = "filler words here. ".repeat(500) + "the needle " + "more filler. ".repeat(500);
    Snippet snippet = Snippets.of(QueryParser.parse("needle"), text);

    assertThat(snippet.text()).contains("needle").hasSizeLessThan(500);
    assertThat(snippet.ranges()).hasSize(1);
  }

  @Test
  void wordsBehindTheExaminedPart_areNotMarked() {
    String far = "x ".repeat(Snippets.EXAMINED_MAX / 2 + 10) + "needle";
    Snippet snippet = Snippets.of(QueryParser.parse("needle"), far);

    assertThat(snippet.ranges()).isEmpty();
    assertThat(snippet.text()).startsWith("x x").hasSizeLessThan(500);
  }

  @Test
  void emptyText_hasAnEmptySnippet() {
    assertThat(Snippets.of(QueryParser.parse("a"), "")).isEqualTo(new Snippet("", List.of()));
  }
}
