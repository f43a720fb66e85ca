package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A client of the Guayaba API that holds every answer to the published contract. */
final class GuayabaClient {
  /** The statuses that the contract has bodies for. */
  private static final Set<Integer> DESCRIBED = Set.of(200, 401, 403, 404, 409, 422, 429, 502, 503);

  private static final OpenApiInteractionValidator CONTRACT =
      OpenApiInteractionValidator.createForInlineApiSpecification(contract())
          .withBasePathOverride("/api/v1")
          .build();

  private final ServerFixture server;
  private final @Nullable String key;
  private final String agent;

  GuayabaClient(ServerFixture server, @Nullable String key, UUID agentId) {
    this(server, key, agentId.toString());
  }

  GuayabaClient(ServerFixture server, @Nullable String key, String agent) {
    this.server = server;
    this.key = key;
    this.agent = agent;
  }

  /**
   * The published document, but for one property: within an object of free properties the validator
   * takes a oneOf of primitives for an object.
   */
  private static String contract() {
    JsonNode document = JsonBodies.tree(JsonBodies.wire("guayaba/openapi.json"));
    ObjectNode origin = (ObjectNode) document.at("/components/schemas/SessionOrigin/properties");
    origin.remove("threadId");
    return document.toString();
  }

  HttpResponse<String> get(String path) {
    return send("GET", path, null);
  }

  HttpResponse<String> post(String path, String body) {
    return send("POST", path, body);
  }

  private HttpResponse<String> send(String method, String path, @Nullable String body) {
    String whole = "/api/v1/agents/" + agent + path;
    HttpResponse<String> answer = server.send(method, whole, key, body);
    if (DESCRIBED.contains(answer.statusCode())) {
      conforms(method, whole, answer);
    }
    return answer;
  }

  private static void conforms(String method, String path, HttpResponse<String> answer) {
    SimpleResponse.Builder response = SimpleResponse.Builder.status(answer.statusCode());
    answer.headers().firstValue("content-type").ifPresent(type -> response.withContentType(type));
    if (!answer.body().isEmpty()) {
      response.withBody(answer.body());
    }
    ValidationReport report =
        CONTRACT.validateResponse(
            path.replaceAll("\\?.*", ""), Request.Method.valueOf(method), response.build());
    assertThat(report.getMessages())
        .describedAs("%s %s answered %d %s", method, path, answer.statusCode(), answer.body())
        .isEmpty();
  }
}
