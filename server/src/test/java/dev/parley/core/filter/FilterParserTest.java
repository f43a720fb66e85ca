package dev.parley.core.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.SessionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterParserTest {

  @Test
  void comparisons_areJoinedByAnd() {
    assertThat(FilterParser.parse(" user = \"a b\"  AND (client=web)AND update_time>=2026-01-01 "))
        .containsExactly(
            new FilterTerm("user", "=", "a b", 2, 9),
            new FilterTerm("client", "=", "web", 21, 28),
            new FilterTerm("update_time", ">=", "2026-01-01", 36, 49));
  }

  @Test
  void quotedValue_hasEscapes() {
    assertThat(FilterParser.parse("key = \"a\\\"b\\\\c AND (d)\""))
        .containsExactly(new FilterTerm("key", "=", "a\"b\\c AND (d)", 1, 7));
  }

  @Test
  void unquotedValue_endsAtWhiteSpaceOrParenthesis() {
    assertThat(FilterParser.parse("(key=agent:main/x=1)"))
        .containsExactly(new FilterTerm("key", "=", "agent:main/x=1", 2, 6));
  }

  @Test
  void labelsWithDots_areFields() {
    assertThat(FilterParser.parse("labels.team-1:*"))
        .containsExactly(new FilterTerm("labels.team-1", ":", "*", 1, 15));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "user                     | 5",
        "user =                   | 7",
        "user = a b               | 10",
        "user = a OR user = b     | 10",
        "user = a and user = b    | 10",
        "user = a AND             | 13",
        "NOT user = a             | 1",
        "(user = a AND client = b) | 11",
        "(user = a                | 10",
        "user = a)                | 9",
        "user == a                | 7",
        "user = \"a              | 8",
        "user = \"a\\b\"         | 8",
        "= a                      | 1",
        "a b                      | 3"
      })
  void invalid_namesThePosition(String filter, int position) {
    assertThatThrownBy(() -> FilterParser.parse(filter))
        .isInstanceOf(SessionException.class)
        .hasMessageContaining("filter is invalid at position " + position + ":");
  }
}
