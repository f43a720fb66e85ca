package dev.parley.api.foundry;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.api.call.error.ErrorFormat;
import dev.parley.api.call.error.FailedCall;
import dev.parley.model.SessionException;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The error format of the Foundry API: {@code
 * {errorCode,errorName,errorDescription,errorInstanceId,parameters}}. The instance id is logged.
 */
final class FoundryErrorFormat implements ErrorFormat {
  private static final Logger log = LoggerFactory.getLogger(FoundryErrorFormat.class);
  private static final int NOT_FOUND = 404;

  @Override
  public int status(FailedCall call) {
    return switch (call.failure().reason()) {
      case AGENT_FORBIDDEN -> NOT_FOUND;
      default -> call.failure().reason().httpStatus();
    };
  }

  @Override
  public void write(FailedCall call, JsonGenerator json) throws IOException {
    FoundryError error = FoundryError.of(call);
    json.writeStartObject();
    json.writeStringField("errorCode", error.code());
    json.writeStringField("errorName", error.name());
    if (error.description() != null) {
      json.writeStringField("errorDescription", error.description());
    }
    json.writeStringField("errorInstanceId", instanceId(call.failure(), error));
    json.writeObjectFieldStart("parameters");
    for (Map.Entry<String, Object> parameter : error.parameters().entrySet()) {
      json.writeFieldName(parameter.getKey());
      if (parameter.getValue() instanceof Long number) {
        json.writeNumber(number);
      } else {
        json.writeString(parameter.getValue().toString());
      }
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  /** A server error already has an id in the log. Other errors get a new id. */
  private static String instanceId(SessionException failure, FoundryError error) {
    String logged = failure.metadata().get("error_id");
    if (logged != null) {
      return logged;
    }
    String id = UUID.randomUUID().toString();
    log.debug("Foundry error {}: {} ({})", id, error.name(), failure.reason());
    return id;
  }
}
