package dev.parley.search.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SnippetsTest {
  private static List<String> found(String query, String text) {
    Snippet snippet = new Snippets(QueryParser.parse(query)).of(text);
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
    assertThat(found("\"a b\"", "b a b a")).containsExactly("b", "a", "b", "a");
  }

  @Test
  void ranges_countCodePoints() {
    Snippet snippet = new Snippets(QueryParser.parse("error")).of("\ud83d\ude00 error");

    assertThat(snippet.ranges()).containsExactly(new Snippet.Range(2, 7));
  }

  @Test
  void snippet_isThePartWithTheWords() {
    String text = "filler words here. ".repeat(500) + "the needle " + "more filler. ".repeat(500);
    Snippet snippet = new Snippets(QueryParser.parse("needle")).of(text);

    assertThat(snippet.text()).contains("needle").hasSizeLessThanOrEqualTo(Snippets.CHARACTERS_MAX);
    assertThat(snippet.ranges()).hasSize(1);
  }

  @Test
  void wordsBehindTheExaminedPart_areNotMarked() {
    String far = "x ".repeat(Snippets.EXAMINED_MAX / 2 + 10) + "needle";
    Snippet snippet = new Snippets(QueryParser.parse("needle")).of(far);

    assertThat(snippet.ranges()).isEmpty();
    assertThat(snippet.text()).startsWith("x x").hasSizeLessThanOrEqualTo(Snippets.CHARACTERS_MAX);
  }

  @Test
  void textWithoutSpaces_isCut() {
    Snippet snippet =
        new Snippets(QueryParser.parse("\u65e5\u672c")).of("\u65e5\u672c".repeat(9_000));

    assertThat(snippet.text()).hasSizeLessThanOrEqualTo(Snippets.CHARACTERS_MAX);
    assertThat(snippet.ranges()).isNotEmpty();
  }

  @Test
  void emptyText_hasAnEmptySnippet() {
    assertThat(new Snippets(QueryParser.parse("a")).of("")).isEqualTo(new Snippet("", List.of()));
  }
}
