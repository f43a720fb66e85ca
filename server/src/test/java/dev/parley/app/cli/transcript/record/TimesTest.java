package dev.parley.app.cli.transcript.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimesTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "1709125200.123456, 2024-02-28T13:00:00.123456Z",
        "1709125200123, 2024-02-28T13:00:00.123Z",
        "99999999999, 5138-11-16T09:46:39Z",
        "100000000000, 1973-03-03T09:46:40Z",
        "-0.5, 1969-12-31T23:59:59.500Z",
        "1e9, 2001-09-09T01:46:40Z",
        "`\"2024-02-28T13:00:00.1234567Z\"`, 2024-02-28T13:00:00.123456Z",
        "`\"2024-02-28T14:00:00+01:00\"`, 2024-02-28T13:00:00Z",
        "`\"2024-02-28T13:00:00.5\"`, 2024-02-28T13:00:00.500Z",
        "`\"2024-02-28 13:00:00\"`, 2024-02-28T13:00:00Z",
        "`\"9999-12-31T23:59:59.999999Z\"`, 9999-12-31T23:59:59.999999Z",
      })
  void time_inMicroseconds(String json, String expected) {
    Timestamp time = Times.of(TranscriptJson.parse(json));

    assertThat(time).isNotNull();
    assertThat(Timestamps.toString(time)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "null",
        "true",
        "`\"\"`",
        "`\"yesterday\"`",
        "`\"0000-12-31T23:59:59Z\"`",
        "`\"+10000-01-01T00:00:00Z\"`",
        "1e300",
        "1e999999999",
        "-1e300",
        "{}"
      })
  void notATime_null(String json) {
    assertThat(Times.of(TranscriptJson.parse(json))).isNull();
  }
}
