package dev.parley.api.powabase;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IsoTimesTest {
  @ParameterizedTest
  @CsvSource({
    "2026-08-13T17:32:22.123456Z, 2026-08-13T17:32:22.123456+00:00",
    "2026-08-13T17:30:00.12Z, 2026-08-13T17:30:00.120000+00:00",
    "2026-08-13T17:30:00.000001Z, 2026-08-13T17:30:00.000001+00:00",
    "2026-08-13T17:40:00Z, 2026-08-13T17:40:00+00:00",
    "1969-12-31T23:59:59.999999Z, 1969-12-31T23:59:59.999999+00:00"
  })
  void format_asPythons(String time, String expected) {
    assertThat(IsoTimes.format(Instant.parse(time))).isEqualTo(expected);
  }
}
