package dev.parley.auth;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.Map;

/** Why a user token is rejected. The proto enum {@code ErrorReason} documents the values. */
enum TokenProblem {
  EXPIRED,
  AUDIENCE,
  NOT_YET_VALID,
  SIGNATURE,
  ALGORITHM,
  MALFORMED,
  CLAIMS,
  TOO_LARGE;

  /**
   * Creates a {@code CREDENTIAL_INVALID} error. The message must not contain any part of the token.
   */
  SessionException exception(String message) {
    return new SessionException(ErrorReason.CREDENTIAL_INVALID, message, Map.of("problem", name()));
  }
}
