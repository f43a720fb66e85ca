package dev.parley.app.cli;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.channels.ClosedChannelException;

/** A call that the server refused or did not answer. The message is one line for people. */
public final class CallFailedException extends RuntimeException {
  private CallFailedException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Says what went wrong with a call to {@code server}. */
  public static CallFailedException of(StatusRuntimeException failure, String server) {
    return new CallFailedException(text(failure.getStatus(), server), failure);
  }

  /** The same, and what it was about. */
  public CallFailedException about(String what) {
    return new CallFailedException(what + ": " + getMessage(), this);
  }

  private static String text(Status status, String server) {
    String why = status.getDescription();
    Throwable cause = status.getCause();
    // Of a connection that is closed under a call gRPC says that this is UNKNOWN.
    boolean answered =
        switch (status.getCode()) {
          case UNAVAILABLE -> false;
          case UNKNOWN -> !(cause instanceof ClosedChannelException);
          default -> true;
        };
    if (answered) {
      return status.getCode() + (why == null ? "" : ": " + why);
    }
    // Of one that fails it says no more than "io exception" itself.
    String known = cause == null || cause.getMessage() == null ? why : cause.getMessage();
    return "No answer from " + server + ": " + known;
  }
}
