package dev.parley.core.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.SessionException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchCursorTest {
  @Test
  void text_isReadAgain() {
    WatchCursor sequence = WatchCursor.ofMessage(null, 12);
    WatchCursor message =
        WatchCursor.ofMessage(new UUID(0x7d1f6f0e4c554b6eL, 0xAc0a2f4a1f3f9b21L), 12);
    WatchCursor change = WatchCursor.ofChange(345);
    WatchCursor within = WatchCursor.withinChange(345, 12);

    assertThat(sequence.text()).isEqualTo("s12");
    assertThat(message.text()).isEqualTo("s12.7d1f6f0e4c554b6eac0a2f4a1f3f9b21");
    assertThat(change.text()).isEqualTo("c345");
    assertThat(within.text()).isEqualTo("c345.12");
    assertThat(WatchCursor.parse("s12", false)).isEqualTo(sequence);
    assertThat(WatchCursor.parse(message.text(), false)).isEqualTo(message);
    assertThat(WatchCursor.parse("c345", true)).isEqualTo(change);
    assertThat(WatchCursor.parse("c345.12", true)).isEqualTo(within);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "12", "s", "s-1", "s1.2", "x1", "s1 ", "s1234567890123456789", "c1"})
  void invalidText_ofAWatchOfOneSession_isRejected(String text) {
    assertThatThrownBy(() -> WatchCursor.parse(text, false))
        .isInstanceOf(SessionException.class)
        .hasMessageContaining("resume_token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s1", "c", "c1.", "c1.2.3", "c0.5", "c1234567890123456789"})
  void invalidText_ofAWatchOfSeveralSessions_isRejected(String text) {
    assertThatThrownBy(() -> WatchCursor.parse(text, true))
        .isInstanceOf(SessionException.class)
        .hasMessageContaining("resume_token");
  }
}
