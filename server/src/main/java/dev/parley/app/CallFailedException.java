package dev.parley.app;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** A call that the server refused or did not answer. The message is one line for people. */
final class CallFailedException extends RuntimeException {
  private CallFailedException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Says what went wrong with a call to {@code server}. */
  static CallFailedException of(StatusRuntimeException failure, String server) {
    return new CallFailedException(text(failure.getStatus(), server), failure);
  }

  /** The same, and what it was about. */
  CallFailedException about(String what) {
    return new CallFailedException(what + ": " + getMessage(), this);
  }

  private static String text(Status status, String server) {
    String why = status.getDescription();
    if (status.getCode() != Status.Code.UNAVAILABLE) {
      return status.getCode() + (why == null ? "" : ": " + why);
    }
    // Of a connection that fails gRPC says no more than "io exception" itself.
    Throwable cause = status.getCause();
    return "No answer from " + server + ": " + (cause == null ? why : cause.getMessage());
  }
}
