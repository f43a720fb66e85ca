package dev.parley.api.grip;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpStatus;
import dev.parley.api.ErrorBody;
import dev.parley.api.FailedCall;
import dev.parley.model.SessionException;
import java.io.IOException;

/** Errors as grip has them: {@code {"detail": text}}. */
final class GripErrorBody implements ErrorBody {

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
      case ROUTE_NOT_FOUND -> HttpStatus.NOT_FOUND.reasonPhrase();
      case METHOD_NOT_ALLOWED -> HttpStatus.METHOD_NOT_ALLOWED.reasonPhrase();
      case REQUEST_TOO_LARGE -> tooLarge(failure);
      case RATE_LIMITED, OVERLOADED -> "Rate limit exceeded";
      case INTERNAL -> "Internal server error";
      default -> failure.getMessage();
    };
  }

  private static String tooLarge(SessionException failure) {
    String max = failure.metadata().get("bytes_max");
    return "Request body too large" + (max == null ? "" : " (max " + max + " bytes)");
  }
}
