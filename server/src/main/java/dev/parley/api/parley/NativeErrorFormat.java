package dev.parley.api.parley;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.api.call.error.CallErrors;
import dev.parley.api.call.error.ErrorFormat;
import dev.parley.api.call.error.FailedCall;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.io.IOException;
import java.util.Map;

/** The error format of AIP-193: {@code {"error":{code,message,status,details}}}. */
final class NativeErrorFormat implements ErrorFormat {
  private static final String TYPE = "type.googleapis.com/google.rpc.";

  @Override
  public void write(FailedCall call, JsonGenerator json) throws IOException {
    SessionException failure = call.failure();
    json.writeStartObject();
    json.writeObjectFieldStart("error");
    json.writeNumberField("code", status(call));
    json.writeStringField("message", failure.getMessage());
    json.writeStringField("status", failure.reason().code().name());
    json.writeArrayFieldStart("details");
    json.writeStartObject();
    json.writeStringField("@type", TYPE + "ErrorInfo");
    json.writeStringField("reason", failure.reason().name());
    json.writeStringField("domain", CallErrors.DOMAIN);
    json.writeObjectFieldStart("metadata");
    for (Map.Entry<String, String> entry : failure.metadata().entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
    if (!failure.violations().isEmpty()) {
      json.writeStartObject();
      json.writeStringField("@type", TYPE + "BadRequest");
      json.writeArrayFieldStart("fieldViolations");
      for (FieldViolation violation : failure.violations()) {
        json.writeStartObject();
        json.writeStringField("field", violation.field());
        json.writeStringField("description", violation.description());
        json.writeStringField("reason", violation.rule().name());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
  }
}
