package dev.parley.api.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.api.call.error.CallErrors;
import dev.parley.api.call.error.ErrorFormat;
import dev.parley.api.call.error.FailedCall;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The error format of OpenAI: {@code {"error":{message,type,param,code}}}. Its clients choose the
 * type of their exception by the status. They retry after 408, 409, 429 and statuses of at least
 * 500, unless {@code x-should-retry} says otherwise.
 */
final class OpenAIErrorFormat implements ErrorFormat {
  /** Error metadata: the parameter at fault, if it is not the field of a violation. */
  static final String PARAM = "param";

  /** The header that makes a repeated call safe. */
  static final String KEY = "Idempotency-Key";

  static final String RESPONSES = "/v1/responses";
  static final String COMPLETIONS = "/v1/chat/completions";

  private static final int CONFLICT = 409;
  private static final int SERVER_ERROR = 500;
  private static final String SHOULD_RETRY = "x-should-retry";

  @Override
  public int status(FailedCall call) {
    ErrorReason reason = call.failure().reason();
    return reason == ErrorReason.SESSION_ARCHIVED ? CONFLICT : reason.httpStatus();
  }

  @Override
  public Map<String, String> headers(FailedCall call) {
    SessionException failure = call.failure();
    if (CallErrors.isRetryable(failure) || failure.reason() == ErrorReason.STALE_SEQUENCE) {
      return Map.of(SHOULD_RETRY, "true");
    }
    boolean stays = status(call) == CONFLICT || failure.reason() == ErrorReason.DATA_DAMAGED;
    return stays ? Map.of(SHOULD_RETRY, "false") : Map.of();
  }

  @Override
  public void write(FailedCall call, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("error");
    json.writeStringField("message", message(call));
    json.writeStringField("type", type(call));
    json.writeStringField(PARAM, param(call.failure()));
    json.writeStringField("code", code(call.failure()));
    json.writeEndObject();
    json.writeEndObject();
  }

  private static String message(FailedCall call) {
    return switch (call.failure().reason()) {
      case SESSION_NOT_FOUND -> "Conversation not found.";
      case MESSAGE_NOT_FOUND -> "Item not found.";
      case SESSION_ARCHIVED -> "The conversation is archived and read-only.";
      case ROUTE_NOT_FOUND ->
          runsModel(call.path())
              ? "Parley keeps conversations; it runs no model"
              : call.failure().getMessage();
      case INVALID_FIELD -> invalid(call.failure());
      default -> call.failure().getMessage();
    };
  }

  /** The message with the parameter as this API names it. Over REST, names are in camel case. */
  private static String invalid(SessionException failure) {
    String message = failure.getMessage();
    String param = failure.metadata().get(PARAM);
    String field = failure.violations().get(0).field();
    return param != null && message.startsWith(field)
        ? param + message.substring(field.length())
        : message;
  }

  private static boolean runsModel(String path) {
    return path.startsWith(RESPONSES) || path.startsWith(COMPLETIONS);
  }

  private String type(FailedCall call) {
    int status = status(call);
    if (status >= SERVER_ERROR) {
      return "server_error";
    }
    return switch (call.failure().reason()) {
      case RATE_LIMITED, OVERLOADED -> "rate_limit_error";
      default -> "invalid_request_error";
    };
  }

  private static @Nullable String param(SessionException failure) {
    String param = failure.metadata().get(PARAM);
    if (param != null) {
      return param;
    }
    return switch (failure.reason()) {
      case INVALID_FIELD -> failure.violations().get(0).field();
      case SESSION_NOT_FOUND -> "conversation_id";
      case MESSAGE_NOT_FOUND -> "item_id";
      case AGENT_NOT_FOUND, AGENT_FORBIDDEN -> "OpenAI-Project";
      default -> null;
    };
  }

  private static @Nullable String code(SessionException failure) {
    return switch (failure.reason()) {
      case INVALID_FIELD -> "invalid_value";
      case CREDENTIAL_MISSING, CREDENTIAL_INVALID -> "invalid_api_key";
      case RATE_LIMITED, OVERLOADED -> "rate_limit_exceeded";
      case SESSION_NOT_FOUND -> "conversation_not_found";
      case MESSAGE_NOT_FOUND -> "item_not_found";
      case SESSION_ARCHIVED -> "conversation_archived";
      case MESSAGE_ID_REUSED ->
          KEY.equals(failure.metadata().get(PARAM))
              ? "idempotency_key_reused"
              : "message_id_reused";
      case MALFORMED_BODY, ROUTE_NOT_FOUND, METHOD_NOT_ALLOWED, INTERNAL -> null;
      default -> failure.reason().name().toLowerCase(Locale.ROOT);
    };
  }
}
