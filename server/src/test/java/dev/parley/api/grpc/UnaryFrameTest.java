package dev.parley.api.grpc;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpData;
import dev.parley.model.SessionException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnaryFrameTest {
  private static void send(String... pieces) {
    UnaryFrame frame = new UnaryFrame();
    for (String piece : pieces) {
      frame.accept(HttpData.wrap(HexFormat.of().parseHex(piece)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "0000000000", "0000000002ffff", "0000000003ff"})
  void oneMessage_orLess_passes(String bytes) {
    assertThatNoException().isThrownBy(() -> send(bytes));
  }

  @Test
  void oneMessage_byteByByte_passes() {
    assertThatNoException().isThrownBy(() -> send("00", "00", "00", "01", "00"));
    assertThatNoException().isThrownBy(() -> send("00", "00", "00", "00", "02", "aa", "bb"));
  }

  @Test
  void secondMessage_isRefused() {
    assertThatThrownBy(() -> send("0000000001ff" + "0000000001ff"))
        .isInstanceOf(SessionException.class);
    assertThatThrownBy(() -> send("0000000001", "ff", "00")).isInstanceOf(SessionException.class);
    assertThatThrownBy(() -> send("000000000000")).isInstanceOf(SessionException.class);
  }
}
