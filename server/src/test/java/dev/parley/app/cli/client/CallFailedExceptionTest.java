package dev.parley.app.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        .isEqualTo(
            "No answer from http://127.0.0.1:8080: channel closed. If the server uses TLS, use"
                + " https:// in --server.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Network closed for unknown reason",
        "recvAddress(..) failed with error(-104): Connection reset by peer",
        "writeAddress(..) failed with error(-32): Broken pipe",
        "An existing connection was forcibly closed by the remote host",
      })
  void message_connectionClosedByServer_hintAtTls(String why) {
    Status status = Status.UNAVAILABLE.withDescription("io exception");
    Status closed = status.withCause(new IOException(why));

    assertThat(message(closed))
        .isEqualTo(
            "No answer from http://127.0.0.1:8080: "
                + why
                + ". If the server uses TLS, use https:// in --server.");
    assertThat(message(status.withDescription(why))).endsWith("use https:// in --server.");
    assertThat(
            CallFailedException.of(closed.asRuntimeException(), "https://parley.example")
                .getMessage())
        .endsWith("requires a client certificate, give one with --cert and --cert-key.");
  }

  private static String message(Status status) {
    return CallFailedException.of(status.asRuntimeException(), SERVER).getMessage();
  }
}
