package dev.parley.api.openapi;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.parley.api.call.error.ErrorFormat;
import dev.parley.api.call.error.FailedCall;
import dev.parley.api.call.error.ReasonPhrase;
import dev.parley.model.ErrorReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The error responses of one document. The examples are written by the API's own {@link
 * ErrorFormat}, so they cannot differ from real errors.
 */
final class ErrorAnswers {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVICE_UNAVAILABLE = 503;

  private final PossibleFailures failures;
  private final ErrorFormat bodies;
  private final ObjectNode components;
  private final ObjectNode responses;

  /**
   * Creates an instance that adds responses to {@code components}.
   *
   * @param components contains the schema {@code Error} and, for statuses with their own body,
   *     {@code Error} followed by the status
   */
  ErrorAnswers(PossibleFailures failures, ErrorFormat bodies, ObjectNode components) {
    this.failures = failures;
    this.bodies = bodies;
    this.components = components;
    responses = components.putObject("responses");
  }

  /** Adds the error responses of {@code route}, by status. */
  void addTo(ObjectNode answers, Route route, String path) {
    Map<Integer, Map<ErrorReason, FailedCall>> byStatus = new TreeMap<>();
    for (ErrorReason reason : failures.of(route)) {
      FailedCall call =
          new FailedCall(failures.example(reason, route), path, route.rpc().getName());
      byStatus
          .computeIfAbsent(bodies.status(call), status -> new EnumMap<>(ErrorReason.class))
          .put(reason, call);
    }
    byStatus.forEach(
        (status, calls) ->
            answers
                .putObject(Integer.toString(status))
                .put("$ref", "#/components/responses/" + component(status, calls)));
  }

  /** Returns the name of the component for this response, and adds it if it is missing. */
  private String component(int status, Map<ErrorReason, FailedCall> calls) {
    ObjectNode answer = answer(status, calls);
    String phrase = ReasonPhrase.of(status).replaceAll("\\W", "");
    String name = phrase;
    for (int i = 2; responses.has(name) && !responses.get(name).equals(answer); i++) {
      name = phrase + i;
    }
    responses.set(name, answer);
    return name;
  }

  private ObjectNode answer(int status, Map<ErrorReason, FailedCall> calls) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put(
        "description",
        calls.keySet().stream().map(failures::meaning).collect(Collectors.joining(" ")));
    if (status == TOO_MANY_REQUESTS || status == SERVICE_UNAVAILABLE) {
      answer
          .putObject("headers")
          .putObject("Retry-After")
          .put("description", "The number of seconds to wait before retrying.")
          .putObject("schema")
          .put("type", "integer")
          .put("minimum", 1);
    }
    ObjectNode content = answer.putObject("content").putObject("application/json");
    String own = "Error" + status;
    content
        .putObject("schema")
        .put(
            "$ref",
            "#/components/schemas/" + (components.path("schemas").has(own) ? own : "Error"));
    ObjectNode examples = content.putObject("examples");
    calls.forEach((reason, call) -> examples.putObject(reason.name()).set("value", body(call)));
    return answer;
  }

  private JsonNode body(FailedCall call) {
    try (TokenBuffer tokens = new TokenBuffer(JSON, false)) {
      JsonGenerator json = tokens;
      bodies.write(call, json);
      return JSON.readTree(tokens.asParser());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
