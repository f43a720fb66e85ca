package dev.parley.search.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageAnalyzerTest {
  /** Each part of an identifier has its own position, so that phrases go on behind it. */
  @ParameterizedTest
  @CsvSource({
    "fooBar_baz qux, foobar_baz@0 foo@0 bar@1 baz@2 qux@3",
    "see fooBar now, see@0 foobar@1 foo@1 bar@2 now@3"
  })
  void words_ofIdentifiers(String text, String expected) {
    assertThat(
            MessageAnalyzer.ofMessages().words(text).stream()
                .map(word -> word.term() + "@" + word.position())
                .collect(Collectors.joining(" ")))
        .isEqualTo(expected);
  }
}
