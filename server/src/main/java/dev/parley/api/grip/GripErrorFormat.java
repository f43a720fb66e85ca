package dev.parley.api.grip;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.api.call.error.ErrorFormat;
import dev.parley.api.call.error.FailedCall;
import dev.parley.api.call.error.ReasonPhrase;
import dev.parley.model.SessionException;
import java.io.IOException;
import java.util.Map;

/** The error format of grip: {@code {"detail": text}}. */
final class GripErrorFormat implements ErrorFormat {
  private static final int TOO_MANY_REQUESTS = 429;

  @Override
  public Map<String, String> headers(FailedCall call) {
    return status(call) == TOO_MANY_REQUESTS ? Map.of("x-ratelimit-remaining", "0") : Map.of();
  }

  @Override
  public void write(FailedCall call, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("detail", detail(call.failure()));
    json.writeEndObject();
  }

  private static String detail(SessionException failure) {
    return switch (failure.reason()) {
      case CREDENTIAL_MISSING, CREDENTIAL_INVALID -> "Authentication required";
      case SESSION_NOT_FOUND -> "Session not found";
      case ROUTE_NOT_FOUND -> ReasonPhrase.of(404);
      case METHOD_NOT_ALLOWED -> ReasonPhrase.of(405);
      case REQUEST_TOO_LARGE -> tooLarge(failure);
      case RATE_LIMITED, OVERLOADED -> "Rate limit exceeded";
      case DATA_DAMAGED, INTERNAL -> "Internal server error";
      default -> failure.getMessage();
    };
  }

  private static String tooLarge(SessionException failure) {
    String max = failure.metadata().get("bytes_max");
    return "Request body too large" + (max == null ? "" : " (max " + max + " bytes)");
  }
}
