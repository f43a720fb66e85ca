package dev.parley.api.call;

import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoded request with its errors. The errors are reported only after authorization, so that only
 * callers with access to the agent receive them.
 *
 * @param message the request
 * @param malformed why the body could not be decoded; null if it was decoded
 * @param violations the invalid fields
 */
public record Decoded<Q>(
    Q message, @Nullable SessionException malformed, List<FieldViolation> violations) {

  /** Throws the error of an invalid request. */
  void requireValid() {
    if (malformed != null) {
      throw malformed;
    }
    if (!violations.isEmpty()) {
      throw SessionException.invalid(violations);
    }
  }
}
