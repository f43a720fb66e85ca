package dev.parley.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WellKnownTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0001-01-01T00:00:00Z",
        "0999-02-03T04:05:06.100Z",
        "1969-12-31T23:59:59.999999999Z",
        "1970-01-01T00:00:00Z",
        "2026-01-31T12:00:00Z",
        "2026-01-31T12:00:01Z",
        "2026-01-31T12:00:00.000000001Z",
        "2026-01-31T12:00:00.000100Z",
        "2026-01-31T12:34:00.120Z",
        "2028-02-29T00:00:59.123456Z",
        "9999-12-31T23:59:59.999999999Z"
      })
  void timestamp_hasTheFormOfInstant(String text) {
    Instant time = Instant.parse(text);
    Timestamp timestamp =
        Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano()).build();

    assertThat(WellKnown.TIMESTAMP.format(timestamp)).isEqualTo(text).isEqualTo(time.toString());
    assertThat(WellKnown.TIMESTAMP.parse(text)).isEqualTo(timestamp);
  }
}
