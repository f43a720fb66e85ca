package dev.parley.api.openai;

import dev.parley.api.call.error.CallErrors;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads and rewords failures of use cases. */
final class Failures {
  private Failures() {}

  /** An earlier call with the idempotency key had another request. */
  static SessionException keyReused() {
    return new SessionException(
        ErrorReason.MESSAGE_ID_REUSED,
        "The " + OpenAIErrorFormat.KEY + " was used for another request.",
        Map.of(OpenAIErrorFormat.PARAM, OpenAIErrorFormat.KEY));
  }

  /**
   * The item at {@code index} was deleted. A call with an idempotency key does not store it again.
   */
  static SessionException itemDeleted(int index) {
    String field = "items[" + index + "]";
    return new SessionException(
        ErrorReason.MESSAGE_ID_REUSED,
        field
            + " is deleted. A call with the "
            + OpenAIErrorFormat.KEY
            + " does not store it again.",
        Map.of(OpenAIErrorFormat.PARAM, field));
  }

  /** The reason of a failure; null for a failure of the server. */
  static @Nullable ErrorReason reason(Throwable thrown) {
    return CallErrors.peel(thrown) instanceof SessionException failure ? failure.reason() : null;
  }

  /** Sets {@code param} on not-found errors. Other errors are unchanged. */
  static <T> Function<Throwable, CompletableFuture<T>> withParam(String param) {
    return thrown -> {
      Throwable cause = CallErrors.peel(thrown);
      boolean named =
          cause instanceof SessionException failure
              && switch (failure.reason()) {
                case SESSION_NOT_FOUND, MESSAGE_NOT_FOUND, INVALID_FIELD -> true;
                default -> false;
              };
      return CompletableFuture.failedFuture(
          named ? notFound((SessionException) cause, param) : cause);
    };
  }

  private static SessionException notFound(SessionException failure, String param) {
    ErrorReason reason =
        failure.reason() == ErrorReason.INVALID_FIELD
            ? ErrorReason.SESSION_NOT_FOUND
            : failure.reason();
    return new SessionException(
        reason, failure.getMessage(), Map.of(OpenAIErrorFormat.PARAM, param));
  }
}
