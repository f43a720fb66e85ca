package dev.parley.app.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.config.ConfigException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  @ParameterizedTest
  @CsvSource({
    "90s, 2026-03-04T05:07:37Z, 2026-03-04T05:04:37Z",
    "15m, 2026-03-04T05:21:07Z, 2026-03-04T04:51:07Z",
    "24h, 2026-03-05T05:06:07Z, 2026-03-03T05:06:07Z",
    "30d, 2026-04-03T05:06:07Z, 2026-02-02T05:06:07Z",
    "2027-01-31T00:00:00.5Z, 2027-01-31T00:00:00.500Z, 2027-01-31T00:00:00.500Z",
  })
  void time_isATimeOrADurationFromNow(String text, String ahead, String ago) {
    assertThat(ConsoleText.time(TimeText.ahead("--x", text, NOW))).isEqualTo(ahead);
    assertThat(ConsoleText.time(TimeText.ago("--x", text, NOW))).isEqualTo(ago);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "90", "d", "-1d", "1w", "1234567890s", "tomorrow", "2027-01-31"})
  void time_ofNoSuchForm_refusedNamingTheFlag(String text) {
    assertThatThrownBy(() -> TimeText.ahead("--expires", text, NOW))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            ("--expires cannot be \"%s\": it must be a time such as 2027-01-31T00:00:00Z,"
                    + " or a duration such as 90d.")
                .formatted(text));
  }

  @Test
  void seconds_ofNoDuration_refusedNamingTheFlag() {
    assertThatThrownBy(() -> TimeText.seconds("--overlap", "2027-01-31T00:00:00Z"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("--overlap cannot be");
  }
}
