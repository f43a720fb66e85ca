package dev.parley.auth;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.Map;

/** Why a user's token is refused. The proto enum {@code ErrorReason} says what each one means. */
enum TokenProblem {
  EXPIRED,
  AUDIENCE,
  NOT_YET_VALID,
  SIGNATURE,
  ALGORITHM,
  MALFORMED,
  CLAIMS,
  TOO_LARGE;

  /** {@code CREDENTIAL_INVALID} for this, with a message that has nothing of the token in it. */
  SessionException exception(String message) {
    return new SessionException(ErrorReason.CREDENTIAL_INVALID, message, Map.of("problem", name()));
  }
}
