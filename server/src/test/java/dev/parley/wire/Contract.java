package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testing.JsonBodies;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The published OpenAPI document of one API, {@code wire/<api>/openapi.json}. */
final class Contract {
  private static final Map<String, Contract> CONTRACTS = new ConcurrentHashMap<>();

  private final OpenApiInteractionValidator validator;
  private final Set<String> statuses = new HashSet<>();
  private final Set<String> remainders = new HashSet<>();

  private Contract(JsonNode document) {
    String base = document.at("/servers/0/url").asText().replaceFirst("^https?://[^/]*", "");
    boolean takesRemainders = !document.findValues("x-path-remainder").isEmpty();
    for (Map.Entry<String, JsonNode> path : document.at("/paths").properties()) {
      note(base + path.getKey(), path.getValue(), takesRemainders);
    }
    validator =
        OpenApiInteractionValidator.createForInlineApiSpecification(document.toString())
            .withBasePathOverride(base)
            .build();
  }

  static Contract of(String api) {
    return CONTRACTS.computeIfAbsent(api, Contract::read);
  }

  private static Contract read(String api) {
    JsonNode document = JsonBodies.tree(JsonBodies.wire(api + "/openapi.json"));
    // In an object with free properties, the validator expects an object for a oneOf of
    // primitives.
    if (document.at("/components/schemas/SessionOrigin/properties") instanceof ObjectNode origin) {
      origin.remove("threadId");
    }
    return new Contract(document);
  }

  private void note(String path, JsonNode operations, boolean takesRemainders) {
    for (JsonNode responses : operations.findValues("responses")) {
      responses.fieldNames().forEachRemaining(statuses::add);
    }
    if (takesRemainders && path.endsWith("}")) {
      remainders.add(path.substring(0, path.lastIndexOf('{')));
    }
  }

  /** Validates a response, if the document has a body for its status. */
  void holds(String method, String path, HttpResponse<String> answer) {
    if (!statuses.contains(Integer.toString(answer.statusCode()))) {
      return;
    }
    SimpleResponse.Builder response = SimpleResponse.Builder.status(answer.statusCode());
    answer.headers().map().forEach((name, values) -> response.withHeader(name, values));
    if (!answer.body().isEmpty()) {
      response.withBody(answer.body());
    }
    assertThat(
            validator
                .validateResponse(template(path), Request.Method.valueOf(method), response.build())
                .getMessages())
        .describedAs("%s %s answered %d %s", method, path, answer.statusCode(), answer.body())
        .isEmpty();
  }

  /** Converts a path for the validator, in which a variable ends at the next slash. */
  private String template(String path) {
    return remainders.stream()
        .filter(path::startsWith)
        .map(prefix -> prefix + "key")
        .findFirst()
        .orElse(path.replaceAll("\\?.*", ""));
  }
}
