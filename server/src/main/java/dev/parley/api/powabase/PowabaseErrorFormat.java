package dev.parley.api.powabase;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.api.call.error.ErrorFormat;
import dev.parley.api.call.error.FailedCall;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.io.IOException;

/**
 * The error format of the Powabase API: {@code {"error": text}}, and {@code {"message": text}} for
 * errors of the header {@code apikey}, which its gateway checks.
 */
final class PowabaseErrorFormat implements ErrorFormat {
  private static final int SERVICE_UNAVAILABLE = 503;
  private static final String NO_TOKEN = "MALFORMED";

  @Override
  public int status(FailedCall call) {
    // Clients of this API retry after a 503. The contract has no 504.
    return call.failure().reason() == ErrorReason.DEADLINE_EXCEEDED
        ? SERVICE_UNAVAILABLE
        : call.failure().reason().httpStatus();
  }

  @Override
  public void write(FailedCall call, JsonGenerator json) throws IOException {
    SessionException failure = call.failure();
    json.writeStartObject();
    if (failure.metadata().containsKey(PowabaseCredentials.HEADER)) {
      json.writeStringField("message", gatewayText(failure));
    } else {
      json.writeStringField("error", text(failure));
    }
    json.writeEndObject();
  }

  private static String gatewayText(SessionException failure) {
    return failure.reason() == ErrorReason.CREDENTIAL_MISSING
        ? "No API key found in request"
        : "Invalid authentication credentials";
  }

  private static String text(SessionException failure) {
    return switch (failure.reason()) {
      case CREDENTIAL_MISSING -> "Authorization header required";
      case CREDENTIAL_INVALID -> tokenText(failure);
      case SESSION_NOT_FOUND -> "Session not found";
      case RUN_NOT_FOUND -> "Run not found";
      case ROUTE_NOT_FOUND -> "Not found";
      case METHOD_NOT_ALLOWED -> "Method not allowed";
      case INVALID_FIELD -> text(failure, failure.violations().get(0));
      case RATE_LIMITED, OVERLOADED -> "Rate limit exceeded";
      case UNAVAILABLE, DEADLINE_EXCEEDED -> "Service temporarily unavailable";
      case DATA_DAMAGED, INTERNAL -> "Internal server error";
      default -> failure.getMessage();
    };
  }

  /**
   * Errors of user tokens already have the texts of PyJWT, which that API uses. For that API, a
   * Parley key is not a token.
   */
  private static String tokenText(SessionException failure) {
    String problem = failure.metadata().getOrDefault("problem", NO_TOKEN);
    return problem.equals(NO_TOKEN) ? "Invalid token: Not enough segments" : failure.getMessage();
  }

  private static String text(SessionException failure, FieldViolation violation) {
    return violation.rule() == FieldViolation.Rule.MAX_CHARACTERS
        ? violation.field() + " must be a string of at most " + violation.bound() + " characters"
        : failure.getMessage();
  }
}
