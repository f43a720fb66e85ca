package dev.parley.search.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.SessionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.index.memory.MemoryIndex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParserTest {
  private static boolean matches(String query, String text) {
    MemoryIndex index = new MemoryIndex();
    index.addField("text", text, MessageAnalyzer.ofMessages());
    return index.search(LuceneQueries.of("text", QueryParser.parse(query))) > 0;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "connection refused | The Connection was REFUSED.",
        "\"connection refused\" | error: connection refused!",
        "resume | A résumé",
        "résumé | my RESUME",
        "strasse | Straße",
        "οδος | ΟΔΌΣ",
        "елка | Ёлка",
        "foobar_baz | call fooBar_baz()",
        "foo | call fooBar_baz()",
        "bar | call fooBar_baz()",
        "baz | call fooBar_baz()",
        "fooBar | call fooBar_baz()",
        "parley.v1 | import parley.v1.Session;",
        "Session | import parley.v1.Session;",
        "connection-refused | connection refused",
        "3.14 | pi is 3.14",
        "42 | answer=42",
        "don't | We don't know.",
        "config* | configuration",
        "conf-fil* | a conf file",
        "日本 | 日本語のテキスト",
        "日本語 | 日本語のテキスト",
        "語 | 日本語のテキスト",
        "テキスト | 日本語のテキスト",
        "한국 | 한국어",
        "\"日本語 abc\" | 日本語 abc",
        "ｆｕｌｌ | full width",
        "error -warning | an error",
        "error -\"not found\" | an error that was found",
        "a - b | a and b",
      })
  void query_matches(String query, String text) {
    assertThat(matches(query, text)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "connection refused | the connection is open",
        "\"connection refused\" | refused connection",
        "\"connection refused\" | connection was refused",
        "conf | configuration",
        "日語 | 日本語",
        "error -warning | an error and a Warning",
        "error -\"not found\" | error: not found",
        "foo_bar | bar foo",
      })
  void query_doesNotMatch(String query, String text) {
    assertThat(matches(query, text)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a \"b | 3: the double quote is not closed",
        "a * | 3: an asterisk must follow a word",
        "x* | 1: the word before an asterisk must have at least 2 letters or digits",
        "-a | at least one word, number or phrase that is not excluded",
        "... | at least one word, number or phrase that is not excluded",
      })
  void invalidQuery_isRefusedWithThePosition(String query, String problem) {
    assertThatThrownBy(() -> QueryParser.parse(query))
        .isInstanceOf(SessionException.class)
        .hasMessageContaining("query")
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @ValueSource(ints = {QueryParser.PARTS_MAX})
  void numberOfParts_isLimited(int max) {
    assertThat(QueryParser.parse(words(max))).isInstanceOf(TextQuery.AllOf.class);
    assertThatThrownBy(() -> QueryParser.parse(words(max + 1)))
        .hasMessageContaining("at most 32 words and phrases");
  }

  private static String words(int count) {
    return IntStream.range(0, count).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
  }

  @Test
  void prefixOfTwoCharacters_isAccepted() {
    assertThat(matches("co*", "configuration")).isTrue();
  }
}
