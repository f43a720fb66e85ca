package dev.parley.app.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class CallFailedExceptionTest {
  private static final String SERVER = "http://127.0.0.1:8080";

  @Test
  void message_refused_codeAndReason() {
    assertThat(message(Status.NOT_FOUND.withDescription("There is no such agent.")))
        .isEqualTo("NOT_FOUND: There is no such agent.");
    assertThat(message(Status.INTERNAL)).isEqualTo("INTERNAL");
    assertThat(message(Status.UNKNOWN.withDescription("?").withCause(new IOException("no"))))
        .isEqualTo("UNKNOWN: ?");
  }

  @Test
  void message_connectionFailed_serverAndWhy() {
    IOException refused = new IOException("Connection refused");

    assertThat(message(Status.UNAVAILABLE.withDescription("io exception").withCause(refused)))
        .isEqualTo("No answer from http://127.0.0.1:8080: Connection refused");
    assertThat(message(Status.UNAVAILABLE.withDescription("The server stops.")))
        .isEqualTo("No answer from http://127.0.0.1:8080: The server stops.");
  }

  /** The error of grpc-java if a connection is closed while a call starts. */
  @Test
  void message_connectionClosedUnderTheCall_serverAndWhy() {
    ClosedChannelException closed = new ClosedChannelException();

    assertThat(message(Status.UNKNOWN.withDescription("channel closed").withCause(closed)))
        .isEqualTo("No answer from http://127.0.0.1:8080: channel closed");
  }

  private static String message(Status status) {
    return CallFailedException.of(status.asRuntimeException(), SERVER).getMessage();
  }
}
