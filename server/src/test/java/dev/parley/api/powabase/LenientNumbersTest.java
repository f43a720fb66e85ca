package dev.parley.api.powabase;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LenientNumbersTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "200, 200",
    "201, 200",
    "0, 1",
    "-1, 1",
    "-0, 1",
    "+5, 5",
    "' 5 ', 5",
    "0000000000000000000000005, 5",
    "9223372036854775807, 200",
    "9223372036854775808, 200",
    "-9223372036854775809, 1",
    "'', 42",
    "' ', 42",
    "abc, 42",
    "5a, 42",
    "1.5, 42",
    "1e3, 42",
    "0x10, 42",
    "+, 42",
    "--1, 42",
    "٣, 42"
  })
  void clamp_1to200(String text, long expected) {
    assertThat(LenientNumbers.clamp(text, 1, 200, 42)).isEqualTo(expected);
  }

  @Test
  void clamp_manyDigits_isTheBound() {
    String huge = "9".repeat(1_000_000);
    assertThat(LenientNumbers.clamp(huge, 0, Long.MAX_VALUE, 0)).isEqualTo(Long.MAX_VALUE);
    assertThat(LenientNumbers.clamp("-" + huge, 0, Long.MAX_VALUE, 5)).isZero();
  }
}
