package dev.parley.app.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.testing.ServerFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit of connections, and the timeouts of connections that send nothing or too little. */
class ConnectionsTest {
  private static final String REQUEST = "GET /healthz HTTP/1.1\r\nHost: parley\r\n\r\n";
  private static final int PATIENCE_MILLIS = 20_000;

  @TempDir private Path folder;

  @Test
  void connect_asManyAsMayBe_answeredAndOneMoreClosed() throws IOException {
    try (ServerFixture server =
            ServerFixture.in(folder).flag(Setting.CONNECTIONS_MAX, "2").start();
        Socket first = connect(server);
        Socket second = connect(server);
        Socket third = connect(server)) {
      assertThat(answer(first, REQUEST)).startsWith("HTTP/1.1 200");
      assertThat(answer(second, REQUEST)).startsWith("HTTP/1.1 200");

      assertThat(answer(third, REQUEST)).isEmpty();
    }
  }

  /** A connection without any data, and one with endless headers. */
  @ParameterizedTest
  @ValueSource(strings = {"", "GET /healthz HTTP/1.1\r\nHost: parley\r\nX-Slow: "})
  void connection_withoutCall_isClosedWhenItsTimeIsOver(String said) throws IOException {
    try (ServerFixture server =
            ServerFixture.in(folder)
                .flag(Setting.IDLE_TIMEOUT_SECONDS, "1")
                .flag(Setting.KEEPALIVE_SECONDS, "0")
                .start();
        Socket socket = connect(server)) {
      assertThat(answer(socket, said)).doesNotContain("200");
    }
  }

  private static Socket connect(ServerFixture server) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  /** The start of the response; empty if the connection is closed. */
  private static String answer(Socket socket, String said) throws IOException {
    try {
      socket.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
      byte[] bytes = new byte[64];
      int count = socket.getInputStream().read(bytes);
      return count < 0 ? "" : new String(bytes, 0, count, StandardCharsets.US_ASCII);
    } catch (SocketException e) {
      return "";
    }
  }
}
