package dev.parley.app.cli.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.channels.ClosedChannelException;
import java.util.stream.Stream;

/** A call that the server rejected or did not answer. The message is one readable line. */
public final class CallFailedException extends RuntimeException {
  private CallFailedException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The error of a call to {@code server}. */
  public static CallFailedException of(StatusRuntimeException failure, String server) {
    return new CallFailedException(text(failure.getStatus(), server), failure);
  }

  /** This error with a prefix that says what the call was for. */
  public CallFailedException about(String what) {
    return new CallFailedException(what + ": " + getMessage(), this);
  }

  private static String text(Status status, String server) {
    String tls = TlsFailure.explain(status);
    if (tls != null) {
      return "No connection to " + server + ". " + tls;
    }
    String why = status.getDescription();
    Throwable cause = status.getCause();
    // gRPC reports UNKNOWN for a connection that is closed during a call.
    boolean answered =
        switch (status.getCode()) {
          case UNAVAILABLE -> false;
          case UNKNOWN -> !(cause instanceof ClosedChannelException);
          default -> true;
        };
    if (answered) {
      return status.getCode() + (why == null ? "" : ": " + why);
    }
    // The description of a failed connection is only "io exception"; its cause says more.
    String known = cause == null || cause.getMessage() == null ? why : cause.getMessage();
    boolean closed = cause instanceof ClosedChannelException || isClosed(String.valueOf(known));
    String hint = closed ? ". " + TlsFailure.hint(server) : "";
    return "No answer from " + server + ": " + known + hint;
  }

  /**
   * True if the server closed an open connection. How the client notices depends on what it was
   * doing: it reads the end of the stream or a reset, or it writes to a closed socket.
   */
  private static boolean isClosed(String message) {
    return Stream.of("Network closed", "Connection reset", "Broken pipe", "forcibly closed")
        .anyMatch(message::contains);
  }
}
