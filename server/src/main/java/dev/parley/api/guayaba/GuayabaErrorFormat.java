package dev.parley.api.guayaba;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.api.call.error.ErrorFormat;
import dev.parley.api.call.error.FailedCall;
import dev.parley.api.call.error.ReasonPhrase;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The error format of the Guayaba Public API v1: {@code {"error","message"}}. Bodies that violate a
 * rule get Laravel's format, {@code {"message","errors":{field:[text]}}}, with status 422.
 */
final class GuayabaErrorFormat implements ErrorFormat {
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;
  private static final int BAD_GATEWAY = 502;

  @Override
  public int status(FailedCall call) {
    return switch (call.failure().reason()) {
      case INVALID_FIELD -> UNPROCESSABLE;
      case SESSION_ARCHIVED, SESSION_ACTIVE -> CONFLICT;
      // The contract has no 504. It reports a timeout as an unreachable container.
      case DEADLINE_EXCEEDED -> BAD_GATEWAY;
      default -> call.failure().reason().httpStatus();
    };
  }

  @Override
  public void write(FailedCall call, JsonGenerator json) throws IOException {
    SessionException failure = call.failure();
    json.writeStartObject();
    if (failure.reason() == ErrorReason.INVALID_FIELD) {
      json.writeStringField("message", "The given data was invalid.");
      json.writeObjectFieldStart("errors");
      for (Map.Entry<String, List<String>> field : textsByField(failure).entrySet()) {
        json.writeArrayFieldStart(field.getKey());
        for (String text : field.getValue()) {
          json.writeString(text);
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    } else {
      json.writeStringField("error", ReasonPhrase.of(status(call)));
      json.writeStringField("message", message(failure));
    }
    json.writeEndObject();
  }

  private static String message(SessionException failure) {
    return switch (failure.reason()) {
      case CREDENTIAL_MISSING, CREDENTIAL_INVALID -> "Invalid or revoked API key";
      case SCOPE_MISSING ->
          "This API key lacks the required scope: " + failure.metadata().get("scope");
      case AGENT_FORBIDDEN -> "This API key does not have access to this agent";
      case AGENT_NOT_FOUND -> "Agent not found";
      case SESSION_NOT_FOUND -> "Session not found";
      case ARCHIVE_NOT_FOUND -> "Archive not found";
      case KEY_IN_USE -> "An active session already uses this key";
      case RATE_LIMITED, OVERLOADED -> "Rate limit exceeded";
      case DEADLINE_EXCEEDED -> "Failed to communicate with the agent container";
      case UNAVAILABLE -> "Agent container is not running";
      default -> failure.getMessage();
    };
  }

  private static Map<String, List<String>> textsByField(SessionException failure) {
    Map<String, List<String>> texts = new LinkedHashMap<>();
    for (FieldViolation violation : failure.violations()) {
      texts.computeIfAbsent(violation.field(), field -> new ArrayList<>()).add(text(violation));
    }
    return texts;
  }

  private static String text(FieldViolation violation) {
    String name = "The " + words(violation.field());
    return switch (violation.rule()) {
      case REQUIRED -> name + " field is required.";
      case STRING -> name + " must be a string.";
      case INTEGER -> name + " must be an integer.";
      case MINIMUM -> name + " must be at least " + violation.bound() + ".";
      case MAXIMUM -> name + " must not be greater than " + violation.bound() + ".";
      case MAX_CHARACTERS ->
          name + " must not be greater than " + violation.bound() + " characters.";
      case UNKNOWN, TYPE, MAX_ITEMS, MAX_BYTES, FORMAT ->
          name + " " + violation.description() + ".";
    };
  }

  /** Converts {@code sessionKey} to "session key". */
  private static String words(String field) {
    return field.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT).strip();
  }
}
