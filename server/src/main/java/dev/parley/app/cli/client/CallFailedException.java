package dev.parley.app.cli.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.channels.ClosedChannelException;

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
    // A server with TLS closes a connection without TLS, and so does a server that is killed.
    boolean closed = server.startsWith("http:") && String.valueOf(known).startsWith("Network clos");
    String hint = closed ? ". If the server uses TLS, use https:// in --server." : "";
    return "No answer from " + server + ": " + known + hint;
  }
}
