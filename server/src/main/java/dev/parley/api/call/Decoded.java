package dev.parley.api.call;

import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as far as it could be read, and everything that is wrong with it. Authorisation comes
 * first: only who may touch the named agent is told what is wrong.
 *
 * @param message the request
 * @param malformed why the body could not be read; null if it could
 * @param violations the fields that break a rule
 */
public record Decoded<Q>(
    Q message, @Nullable SessionException malformed, List<FieldViolation> violations) {

  /** Throws if anything is wrong with the request. */
  void requireValid() {
    if (malformed != null) {
      throw malformed;
    }
    if (!violations.isEmpty()) {
      throw SessionException.invalid(violations);
    }
  }
}
