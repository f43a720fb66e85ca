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
