package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.api.HttpRule;
import dev.parley.model.Session;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Sessions;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents under {@code /openapi/} agree with the published documents and with the server. */
class OpenApiTest {
  private static final List<String> VERBS = List.of("get", "post", "put", "patch", "delete");

  /**
   * Differences that are allowed: that API accepts any value as a number, and a field with a
   * default is always written.
   */
  private static final List<String> MAY_DIFFER =
      List.of(
          "get /api/sessions/{}/runs 200.runs[].reasoning_steps[]: required are [], not [step]",
          "get /api/sessions/{}/messages?limit: is string, not integer",
          "get /api/sessions/{}/runs?limit: is string, not integer",
          "get /api/sessions/{}/runs?offset: is string, not integer");

  @TempDir private static Path folder;
  private static ServerFixture server;

  @BeforeAll
  static void start() {
    server = ServerFixture.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"guayaba", "grip", "powabase", "foundry"})
  void document_ofPublishedApi_agrees(String api) {
    JsonNode published = JsonBodies.tree(JsonBodies.wire(api + "/openapi.json"));
    JsonNode made = document(api);
    SchemaAgreement agreement = new SchemaAgreement(published, made);
    String base = base(published);
    int routes = 0;
    for (Map.Entry<String, JsonNode> path : published.at("/paths").properties()) {
      String place = base + path.getKey();
      JsonNode item = pathLike(made, place);
      for (String verb : VERBS) {
        if (path.getValue().has(verb)) {
          JsonNode operation = path.getValue().get(verb);
          compare(verb + " " + bare(place), operation, item.path(verb), agreement);
          routes++;
        }
      }
    }

    assertThat(routes).isPositive();
    assertThat(agreement.differences())
        .filteredOn(difference -> !MAY_DIFFER.contains(difference))
        .isEmpty();
  }

  private static void compare(
      String place, JsonNode published, JsonNode made, SchemaAgreement agreement) {
    for (JsonNode parameter : published.path("parameters")) {
      String name = agreement.ofPublished(parameter).path("name").asText();
      JsonNode same = parameter(made, name);
      agreement.request(place + "?" + name, parameter.path("schema"), same.path("schema"));
      if (parameter.path("required").asBoolean() != same.path("required").asBoolean()) {
        agreement.differ(place + "?" + name, "is not required alike");
      }
    }
    JsonNode body = published.path("requestBody");
    if (body.path("required").asBoolean()
        != made.path("requestBody").path("required").asBoolean()) {
      agreement.differ(place, "the body is not required alike");
    }
    agreement.request(place + " body", schema(body), schema(made.path("requestBody")));
    for (Map.Entry<String, JsonNode> answer : published.path("responses").properties()) {
      String where = place + " " + answer.getKey();
      JsonNode same = made.path("responses").path(answer.getKey());
      JsonNode wanted = agreement.ofPublished(answer.getValue());
      if (same.isMissingNode()) {
        agreement.differ(where, "is missing");
      } else if (wanted.has("content") || answer.getKey().startsWith("2")) {
        agreement.answer(where, schema(wanted), schema(agreement.ofMade(same)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"guayaba", "grip", "powabase", "foundry"})
  void document_ofPublishedApi_takesItsExamples(String api) {
    JsonNode published = JsonBodies.tree(JsonBodies.wire(api + "/openapi.json"));
    OpenApiInteractionValidator validator = validator(document(api));
    SchemaAgreement agreement = new SchemaAgreement(published, published);
    int examples = 0;
    for (Map.Entry<String, JsonNode> path : published.at("/paths").properties()) {
      String concrete = concrete(base(published) + path.getKey());
      for (String verb : VERBS) {
        JsonNode operation = path.getValue().path(verb);
        Request.Method method = Request.Method.valueOf(verb.toUpperCase(Locale.ROOT));
        for (JsonNode body : examples(operation.path("requestBody"))) {
          holds(validator, method, concrete, body);
          examples++;
        }
        for (Map.Entry<String, JsonNode> answer : operation.path("responses").properties()) {
          for (JsonNode body : examples(agreement.ofPublished(answer.getValue()))) {
            int status = Integer.parseInt(answer.getKey());
            holds(validator, method, concrete, status, body.toString());
            examples++;
          }
        }
      }
    }

    assertThat(examples).isGreaterThan(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"parley", "openai"})
  void document_withPathsOfVersion1_saysWhatIsAnswered(String api) {
    OpenApiInteractionValidator validator = validator(document(api));
    Session session = sessionWithRun();
    List<EveryRoute.Request> requests = new ArrayList<>(EveryRoute.lists(session.agentId()));
    requests.addAll(EveryRoute.listsOfAgents());
    requests.addAll(EveryRoute.reads(session));
    requests.addAll(EveryRoute.writes(session));
    requests.removeIf(
        request ->
            !request.path().startsWith("/v1/")
                || request.path().startsWith("/v1/conversations") != api.equals("openai"));

    for (String key : new String[] {server.rootKey(), "g_agent_" + "0".repeat(48)}) {
      for (EveryRoute.Request request : requests) {
        HttpResponse<String> answer =
            server.send(request.method(), request.path(), key, request.body());
        holds(
            validator,
            Request.Method.valueOf(request.method()),
            request.path().replaceAll("\\?.*", ""),
            answer.statusCode(),
            answer.body());
      }
    }
  }

  private static Session sessionWithRun() {
    UUID agentId = server.agent("acme");
    Session session = server.store().createSession(Sessions.of(agentId)).join();
    String path = "/v1/agents/" + agentId + "/sessions/" + session.sessionId() + "/runs";
    String run = "{\"runId\":\"run\",\"usage\":{\"total_tokens\":3}}";
    assertThat(server.send("POST", path, server.rootKey(), run).statusCode()).isEqualTo(200);
    return session;
  }

  @Test
  void documents_everyRpc_hasItsRoutes() {
    List<JsonNode> documents =
        Stream.of("parley", "guayaba", "grip", "powabase", "foundry", "openai")
            .map(OpenApiTest::document)
            .toList();

    assertThat(Rpc.all().filter(Rpc::hasRoute))
        .allSatisfy(
            rpc ->
                assertThat(
                        Stream.concat(
                            Stream.of(rpc.http()), rpc.http().getAdditionalBindingsList().stream()))
                    .allSatisfy(
                        rule ->
                            assertThat(documents)
                                .anySatisfy(document -> described(document, rule, rpc))));
  }

  private static void described(JsonNode document, HttpRule rule, Rpc rpc) {
    String verb = rule.getPatternCase().name().toLowerCase(Locale.ROOT);
    String path = (String) rule.getField(rule.getOneofFieldDescriptor(patterns()));
    JsonNode operation = document.path("paths").path(path.replace("=**", "")).path(verb);
    assertThat(operation.path("description").asText())
        .contains("`" + rpc.scope() + "`", "`" + rpc + "`");
    assertThat(operation.path("responses").has("401")).isTrue();
  }

  private static com.google.protobuf.Descriptors.OneofDescriptor patterns() {
    return HttpRule.getDescriptor().getOneofs().get(0);
  }

  @Test
  void document_limits_areThoseOfTheRules() {
    JsonNode parley = document("parley");

    JsonNode session = parley.at("/components/schemas/SessionInput/properties");
    assertThat(session.at("/key/maxLength").asInt()).isEqualTo(255);
    assertThat(session.at("/label/maxLength").asInt()).isEqualTo(255);
    assertThat(session.has("createTime")).isFalse();
    JsonNode append = parley.at("/components/schemas/AppendMessagesRequest");
    assertThat(append.at("/properties/messages/maxItems").asInt()).isEqualTo(1000);
    assertThat(append.at("/properties/expectedHeadSequence/minimum").asInt(-1)).isZero();
    assertThat(append.path("required")).extracting(JsonNode::asText).containsExactly("messages");
  }

  @Test
  void document_askedForAgain_notModified() {
    HttpResponse<String> first = server.send("GET", "/openapi/parley.json", null, null);
    String tag = first.headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> again =
        server.send(request -> request.header("If-None-Match", tag), "/openapi/parley.json");

    assertThat(first.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  private static JsonNode document(String api) {
    return JsonBodies.tree(server.send("GET", "/openapi/" + api + ".json", null, null).body());
  }

  private static OpenApiInteractionValidator validator(JsonNode document) {
    return OpenApiInteractionValidator.createForInlineApiSpecification(document.toString()).build();
  }

  private static void holds(
      OpenApiInteractionValidator validator,
      Request.Method method,
      String path,
      int status,
      String body) {
    SimpleResponse.Builder answer =
        SimpleResponse.Builder.status(status).withContentType("application/json");
    if (!body.isEmpty()) {
      answer.withBody(body);
    }
    assertThat(validator.validateResponse(path, method, answer.build()).getMessages())
        .describedAs("%s %s answered %d %s", method, path, status, body)
        .isEmpty();
  }

  private static void holds(
      OpenApiInteractionValidator validator, Request.Method method, String path, JsonNode body) {
    SimpleRequest request =
        new SimpleRequest.Builder(method, path)
            .withContentType("application/json")
            .withAuthorization("Bearer key")
            .withBody(body.toString())
            .build();
    assertThat(validator.validateRequest(request).getMessages())
        .describedAs("%s %s takes %s", method, path, body)
        .isEmpty();
  }

  private static List<JsonNode> examples(JsonNode message) {
    JsonNode content = message.path("content").path("application/json");
    List<JsonNode> examples = new ArrayList<>();
    if (content.has("example")) {
      examples.add(content.get("example"));
    }
    content.path("examples").forEach(example -> examples.add(example.path("value")));
    return examples;
  }

  private static JsonNode schema(JsonNode message) {
    return message.path("content").path("application/json").path("schema");
  }

  private static JsonNode parameter(JsonNode operation, String name) {
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.path("name").asText().equals(name)) {
        return parameter;
      }
    }
    return JsonBodies.tree("{}");
  }

  /** Returns the path without the names of its variables. */
  private static JsonNode pathLike(JsonNode document, String path) {
    for (Map.Entry<String, JsonNode> each : document.at("/paths").properties()) {
      if (bare(each.getKey()).equals(bare(path))) {
        return each.getValue();
      }
    }
    return JsonBodies.tree("{}");
  }

  private static String base(JsonNode document) {
    return document.at("/servers/0/url").asText().replaceFirst("^https?://[^/]*", "");
  }

  private static String bare(String path) {
    return path.replaceAll("\\{\\w+}", "{}");
  }

  private static String concrete(String path) {
    return path.replaceAll("\\{\\w+}", "550e8400-e29b-41d4-a716-446655440000");
  }
}
