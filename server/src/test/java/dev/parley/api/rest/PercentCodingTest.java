package dev.parley.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.SessionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentCodingTest {

  @ParameterizedTest
  @CsvSource({
    "a, a",
    "a%2Fb, a/b",
    "%e2%82%ac, €",
    "a%25b, a%b",
    "a%252Fb, a%2Fb",
    "%41, A",
    "a+b, a+b"
  })
  void path_isDecodedOnce(String text, String decoded) {
    assertThat(PercentCoding.decode(text, "path", false)).isEqualTo(decoded);
  }

  @ParameterizedTest
  @CsvSource({"a+b, a b", "a%2Bb, a+b"})
  void query_hasSpacesAsPlus(String text, String decoded) {
    assertThat(PercentCoding.decode(text, "query", true)).isEqualTo(decoded);
  }

  /** HTTP/1 decoders pass bytes as characters of Latin-1. */
  @ParameterizedTest
  @CsvSource({"\u00e2\u0082\u00ac, €"})
  void rawBytes_areUtf8(String text, String decoded) {
    assertThat(PercentCoding.decode(text, "path", false)).isEqualTo(decoded);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%FF", "%C3", "%ED%A0%80", "%", "%4", "%zz", "a%", "\u00e2"})
  void notText_isRefused(String text) {
    assertThatThrownBy(() -> PercentCoding.decode(text, "path", false))
        .isInstanceOf(SessionException.class)
        .hasMessageContaining("path");
  }
}
