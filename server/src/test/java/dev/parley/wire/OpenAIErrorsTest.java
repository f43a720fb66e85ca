package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.config.Setting;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every error has the format of OpenAI, and tells its clients whether to retry. */
class OpenAIErrorsTest {
  private static final FaultyStore FAULTS = new FaultyStore();
  private static final String UNKNOWN = "/conv_" + "0".repeat(32);

  private static ServerFixture server;
  private static OpenAIFixture scene;
  private static String conversation;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder).wrap(FAULTS::around).flag(Setting.OPENAI_ITEMS_MAX, "20").start();
    scene = new OpenAIFixture(server);
    conversation = scene.create("{\"items\":[" + OpenAIFixture.user("a") + "]}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JsonNode isError(HttpResponse<String> answer, int status, String type) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    JsonNode error = JsonBodies.tree(answer.body()).get("error");
    assertThat(error.fieldNames()).toIterable().containsExactly("message", "type", "param", "code");
    assertThat(error.get("message").asText()).isNotBlank();
    assertThat(error.get("type").asText()).isEqualTo(type);
    assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    assertThat(answer.headers().firstValue("content-type"))
        .hasValue("application/json; charset=utf-8");
    return error;
  }

  private static void isInvalid(HttpResponse<String> answer, int status, String param) {
    JsonNode error = isError(answer, status, "invalid_request_error");
    assertThat(error.get("param").asText("")).isEqualTo(param);
  }

  @ParameterizedTest
  @CsvSource({
    "?limit=0,limit",
    "?limit=101,limit",
    "?limit=-1,limit",
    "?limit=x,limit",
    "?limit=1&limit=2,limit",
    "?order=newest,order",
    "?order=ASC,order",
    "?include=everything,include",
    "?include%5B%5D=everything,include",
  })
  void list_badParameter_400(String query, String param) {
    isInvalid(scene.send("GET", conversation + "/items" + query, null), 400, param);
  }

  @ParameterizedTest
  @ValueSource(strings = {"after=msg_x", "after=" + "conv_1"})
  void list_afterUnknownItem_404(String query) {
    isInvalid(scene.send("GET", conversation + "/items?" + query, null), 404, "after");
    String beyond = scene.items(conversation).get(0).get("id").asText().replaceFirst("1$", "2");
    isInvalid(scene.send("GET", conversation + "/items?after=" + beyond, null), 404, "after");
  }

  @ParameterizedTest
  @CsvSource({"GET,''", "GET,/items", "GET,/items/msg_1", "DELETE,''", "DELETE,/items/msg_1"})
  void conversationId_withoutPrefix_400BeforeTheLookUp(String method, String route) {
    HttpResponse<String> answer = scene.send(method, "/sess_1" + route, null);
    isInvalid(answer, 400, "conversation_id");
    assertThat(JsonBodies.text(answer.body(), "/error/message")).startsWith("conversation_id must");
    for (String unknown : new String[] {UNKNOWN, "/conv_1", "/conv_" + "0".repeat(48)}) {
      isInvalid(scene.send(method, unknown + route, null), 404, "conversation_id");
    }
  }

  @Test
  void conversationId_ofWrites() {
    String items = "{\"items\":[" + OpenAIFixture.user("a") + "]}";
    isInvalid(scene.send("POST", "/x/items", items), 400, "conversation_id");
    isInvalid(scene.send("POST", UNKNOWN + "/items", items), 404, "conversation_id");
    isInvalid(scene.send("POST", "/x", "{\"metadata\":{}}"), 400, "conversation_id");
    isInvalid(scene.send("POST", UNKNOWN, "{\"metadata\":{}}"), 404, "conversation_id");
  }

  @Test
  void itemId_unknown_404() {
    String id = scene.items(conversation).get(0).get("id").asText();
    for (String unknown :
        new String[] {
          "msg_1",
          id.replace("msg_", "fc_"),
          id.replaceFirst("1$", "9"),
          id.replaceFirst("1$", "0"),
          "x".repeat(300),
          "%F0%9F%98%80",
        }) {
      String path = conversation + "/items/" + unknown;
      isInvalid(scene.send("GET", path, null), 404, "item_id");
      isInvalid(scene.send("DELETE", path, null), 404, "item_id");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{}|items",
        "{'items':null}|items",
        "{'items':[]}|items",
        "{'items':{}}|items",
        "{'items':[1]}|items[0]",
        "{'items':[{}]}|items[0].type",
        "{'items':[{'type':7}]}|items[0].type",
        "{'items':[{'type':'','id':'x'}]}|items[0].type",
        "{'items':[{'type':'compaction_trigger'}]}|items[0].type",
        "{'items':[{'type':'item_reference'}]}|items[0].id",
        "{'items':[{'type':'message','content':'x'}]}|items[0].role",
        "{'items':[{'role':'tool','content':'x'}]}|items[0].role",
        "{'items':[{'role':'user'}]}|items[0].content",
        "{'items':[{'role':'user','content':null}]}|items[0].content",
        "{'items':[{'role':'user','content':{}}]}|items[0].content",
        "{'items':[{'role':'user','content':['x']}]}|items[0].content",
        "{'items':[],'unknown':1}|unknown",
      })
  void items_invalid_400(String body, String param) {
    String json = body.replace('\'', '"');
    isInvalid(scene.send("POST", conversation + "/items", json), 400, param);
    assertThat(scene.items(conversation)).hasSize(1);
  }

  @Test
  void items_moreThanTheSetting_400() {
    String items =
        IntStream.range(0, 21)
            .mapToObj(i -> OpenAIFixture.user("x"))
            .collect(Collectors.joining(",", "{\"items\":[", "]}"));
    isInvalid(scene.send("POST", conversation + "/items", items), 400, "items");
    isInvalid(scene.send("POST", "", items), 400, "items");
    String twenty = items.replaceFirst("\\{\"role\":\"user\",\"content\":\"x\"},", "");
    assertThat(scene.items(scene.create(twenty))).hasSize(20);
    String big = "{\"items\":[" + OpenAIFixture.user("x".repeat((4 << 20) + 1)) + "]}";
    isInvalid(scene.send("POST", conversation + "/items", big), 400, "items[0].content");
  }

  @Test
  void reference_toNothing_404() {
    String reference = "{\"items\":[{\"type\":\"item_reference\",\"id\":\"msg_1\"}]}";
    isInvalid(scene.send("POST", conversation + "/items", reference), 404, "items[0].id");
    isInvalid(scene.send("POST", "", reference), 404, "items[0].id");
  }

  @Test
  void metadata_beyondItsLimits_400() {
    String many =
        IntStream.range(0, 17)
            .mapToObj(i -> "\"k" + i + "\":\"\"")
            .collect(Collectors.joining(",", "{", "}"));
    for (String metadata :
        new String[] {
          many,
          "{\"" + "k".repeat(65) + "\":\"\"}",
          "{\"k\":\"" + "v".repeat(513) + "\"}",
          "{\"k\":1}",
          "{\"k\":null}",
        }) {
      String body = "{\"metadata\":" + metadata + "}";
      JsonNode error = isError(scene.send("POST", "", body), 400, "invalid_request_error");
      assertThat(error.get("param").asText()).startsWith("metadata");
      assertThat(scene.send("POST", conversation, body).statusCode()).isEqualTo(400);
    }
    isInvalid(scene.send("POST", conversation, "{}"), 400, "metadata");
    isInvalid(scene.send("POST", conversation, "{\"metadata\":[]}"), 400, "metadata");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "\"x\"", "7", "{\"items\":[}", "{} {}"})
  void body_malformed_400(String body) {
    isInvalid(scene.send("POST", conversation + "/items", body), 400, "");
    isInvalid(scene.send("POST", "", body), 400, "");
  }

  @Test
  void routes_thatDoNotExist_404InThisForm() {
    for (String path : new String[] {"/x/y", "/x/items/y/z", "/x/items/"}) {
      isInvalid(scene.send("GET", path, null), 404, "");
    }
    for (String path :
        new String[] {"/v1/responses", "/v1/responses/resp_1", "/v1/chat/completions"}) {
      HttpResponse<String> answer = server.send("POST", path, scene.key, "{}");
      assertThat(isError(answer, 404, "invalid_request_error").get("message").asText())
          .isEqualTo("Parley keeps conversations; it runs no model");
    }
    // Other paths below the version belong to the native API.
    assertThat(server.send("GET", "/v1/conversationsx", scene.key, null).body())
        .contains("\"status\":\"UNIMPLEMENTED\"");
  }

  @Test
  void methods_thatDoNotExist_405() {
    for (String method : new String[] {"PATCH", "PUT"}) {
      HttpResponse<String> answer = scene.send(method, conversation, "{}");
      isInvalid(answer, 405, "");
      assertThat(answer.headers().firstValue("allow")).hasValue("DELETE, GET, POST");
    }
    isInvalid(scene.send("DELETE", "", null), 405, "");
  }

  @Test
  void credentials_missingOrInvalidOrWithoutScope() {
    for (String key : Arrays.asList(null, "x", "sk-proj-1")) {
      HttpResponse<String> answer = server.send("POST", "/v1/conversations", key, "{}");
      JsonNode error = isError(answer, 401, "invalid_request_error");
      assertThat(error.get("code").asText()).isEqualTo("invalid_api_key");
    }
    String reader = server.agentKey(scene.agentId, "agent:read");
    isInvalid(server.send("POST", "/v1/conversations", reader, "{}"), 403, "");
  }

  @Test
  void contentType_wrong_415() {
    HttpResponse<String> answer =
        server.send(
            request ->
                request
                    .header("Authorization", "Bearer " + scene.key)
                    .header("Content-Type", "text/plain")
                    .POST(BodyPublishers.ofString("{}")),
            "/v1/conversations");
    isInvalid(answer, 415, "");
  }

  @Test
  void archived_readsWorkAndWritesAre409() {
    String archived = scene.create("{\"items\":[" + OpenAIFixture.user("a") + "]}");
    scene.archive(archived);

    assertThat(scene.items(archived)).hasSize(1);
    assertThat(scene.ok("GET", archived, null).get("id").asText()).isEqualTo(archived.substring(1));
    for (HttpResponse<String> answer :
        List.of(
            scene.send(
                "POST", archived + "/items", "{\"items\":[" + OpenAIFixture.user("b") + "]}"),
            scene.send("POST", archived, "{\"metadata\":{}}"),
            scene.send(
                "DELETE",
                archived + "/items/" + scene.items(archived).get(0).get("id").asText(),
                null),
            scene.send("DELETE", archived, null))) {
      JsonNode error = isError(answer, 409, "invalid_request_error");
      assertThat(error.get("code").asText()).isEqualTo("conversation_archived");
      assertThat(answer.headers().firstValue("x-should-retry")).hasValue("false");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OVERLOADED,429,rate_limit_error,rate_limit_exceeded",
    "UNAVAILABLE,503,server_error,unavailable"
  })
  void busy_saysWhenToRetry(ErrorReason reason, int status, String type, String code) {
    FAULTS.failOnce("findSession", new SessionException(reason, "Later."));
    HttpResponse<String> answer = scene.send("GET", conversation, null);

    assertThat(isError(answer, status, type).get("code").asText()).isEqualTo(code);
    assertThat(answer.headers().firstValue("x-should-retry")).hasValue("true");
    assertThat(answer.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 3L);
  }

  @Test
  void rateLimit_429SaysWhenToRetry(@TempDir Path folder) {
    try (ServerFixture limited =
        ServerFixture.in(folder).flag(Setting.RATE_LIMIT, "3/min").start()) {
      OpenAIFixture caller = new OpenAIFixture(limited);
      HttpResponse<String> answer = caller.send("POST", "", "{}");
      for (int i = 0; i < 3 && answer.statusCode() == 200; i++) {
        answer = caller.send("POST", "", "{}");
      }

      assertThat(isError(answer, 429, "rate_limit_error").get("code").asText())
          .isEqualTo("rate_limit_exceeded");
      assertThat(answer.headers().firstValue("x-should-retry")).hasValue("true");
      assertThat(answer.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 60L);
    }
  }

  @Test
  void failure_500WithoutItsWords() {
    FAULTS.failOnce("findSession", new IllegalStateException("/var/lib/secret"));
    HttpResponse<String> answer = scene.send("GET", conversation, null);

    assertThat(isError(answer, 500, "server_error").get("message").asText())
        .doesNotContain("secret");
  }
}
