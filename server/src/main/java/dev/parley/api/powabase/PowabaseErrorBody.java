package dev.parley.api.powabase;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpStatus;
import dev.parley.api.ErrorBody;
import dev.parley.api.FailedCall;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.io.IOException;

/**
 * Errors as the Powabase API has them: {@code {"error": text}}, and {@code {"message": text}} where
 * the gateway in front of it would speak, for the header {@code apikey}.
 */
final class PowabaseErrorBody implements ErrorBody {
  @Override
  public int status(FailedCall call) {
    // Clients of this API try again after a 503, and know no 504.
    return call.failure().reason() == ErrorReason.DEADLINE_EXCEEDED
        ? HttpStatus.SERVICE_UNAVAILABLE.code()
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
      case CREDENTIAL_INVALID -> tokenText(failure.metadata().getOrDefault("problem", "MALFORMED"));
      case SESSION_NOT_FOUND -> "Session not found";
      case RUN_NOT_FOUND -> "Run not found";
      case ROUTE_NOT_FOUND -> "Not found";
      case METHOD_NOT_ALLOWED -> "Method not allowed";
      case INVALID_FIELD -> text(failure, failure.violations().get(0));
      case RATE_LIMITED, OVERLOADED -> "Rate limit exceeded";
      case UNAVAILABLE, DEADLINE_EXCEEDED -> "Service temporarily unavailable";
      case INTERNAL -> "Internal server error";
      default -> failure.getMessage();
    };
  }

  /** As PyJWT words them, which that API is made with. A key of Parley's is no token to it. */
  private static String tokenText(String problem) {
    return switch (problem) {
      case "EXPIRED" -> "Token has expired";
      case "AUDIENCE" -> "Invalid token audience";
      case "SIGNATURE" -> "Invalid token: Signature verification failed";
      case "ALGORITHM" -> "Invalid token: The specified alg value is not allowed";
      case "NOT_YET_VALID" -> "Invalid token: The token is not yet valid (iat)";
      case "CLAIMS" -> "Invalid token: Token is missing a required claim";
      case "TOO_LARGE" -> "Invalid token: Token is too large";
      default -> "Invalid token: Not enough segments";
    };
  }

  private static String text(SessionException failure, FieldViolation violation) {
    return violation.rule() == FieldViolation.Rule.MAX_CHARACTERS
        ? violation.field() + " must be a string of at most " + violation.bound() + " characters"
        : failure.getMessage();
  }
}
