package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.nio.file.Path;
import java.util.ArrayList;
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

/**
 * Cases that the conversation stores of other projects test, too, and the limits of the contract,
 * each at the limit and beyond it.
 */
class OpenAIContractTest {
  private static final int ITEMS_MAX = 1_000;

  private static ServerFixture server;
  private static OpenAIFixture scene;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.start(folder);
    scene = new OpenAIFixture(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String items(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> OpenAIFixture.user("Message " + i))
        .collect(Collectors.joining(",", "{\"items\":[", "]}"));
  }

  private static JsonNode one(String item) {
    return scene.append(scene.create("{}"), item).get(0);
  }

  private static void fails(String method, String path, String body, String param) {
    var answer = scene.send(method, path, body);
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(400);
    assertThat(JsonBodies.text(answer.body(), "/error/param")).isEqualTo(param);
  }

  @Test
  void conversation_hasItsFourMembers_andNoItems() {
    JsonNode made = scene.ok("POST", "", items(1));
    String path = "/" + made.get("id").asText();
    JsonNode updated = scene.ok("POST", path, "{\"metadata\":{\"topic\":\"project-x\"}}");

    for (JsonNode shown : List.of(made, updated, scene.ok("GET", path, null))) {
      assertThat(shown.fieldNames())
          .toIterable()
          .containsExactly("id", "object", "created_at", "metadata");
      assertThat(shown.get("id")).isEqualTo(made.get("id"));
      assertThat(shown.get("created_at")).isEqualTo(made.get("created_at"));
    }
  }

  @Test
  void messageWithIdAndStatus_keepsThem() {
    JsonNode item =
        one(
            """
            {"type":"message","role":"user","id":"msg_test123","status":"completed",
             "content":[{"type":"input_text","text":"Hello"}]}""");

    assertThat(item.get("id").asText()).isEqualTo("msg_test123");
    assertThat(item.get("status").asText()).isEqualTo("completed");
    assertThat(item.at("/content/0/text").asText()).isEqualTo("Hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"in_progress", "incomplete", "completed"})
  void status_isThatOfTheClient(String status) {
    String sent = "{\"role\":\"user\",\"content\":\"x\",\"status\":\"" + status + "\"}";

    assertThat(one(sent).get("status").asText()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"user,input_text", "assistant,output_text"})
  void partsWithoutAType_areAMessage(String role, String part) {
    JsonNode item =
        one(
            "{\"role\":\"%s\",\"content\":[{\"type\":\"%s\",\"text\":\"Hi\"}]}"
                .formatted(role, part));

    assertThat(item.get("type").asText()).isEqualTo("message");
    assertThat(item.get("role").asText()).isEqualTo(role);
    assertThat(item.at("/content/0/type").asText()).isEqualTo(part);
  }

  @ParameterizedTest
  @CsvSource({"1,1,true", "3,3,true", "4,4,true", "5,5,false", "10,5,false", "100,5,false"})
  void hasMore_onlyIfAnotherItemFollows(int limit, int count, boolean more) {
    String conversation = scene.create(items(5));
    for (String order : List.of("asc", "desc")) {
      JsonNode page =
          scene.ok("GET", conversation + "/items?limit=" + limit + "&order=" + order, null);
      assertThat(page.get("data")).hasSize(count);
      assertThat(page.get("has_more").asBoolean()).isEqualTo(more);
      assertThat(page.get("first_id")).isEqualTo(page.at("/data/0/id"));
      assertThat(page.get("last_id")).isEqualTo(page.at("/data/" + (count - 1) + "/id"));
    }
  }

  @Test
  void pages_haveEachItemOnce() {
    String conversation = scene.create(items(5));
    List<String> texts = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    String after = "";
    JsonNode page;
    do {
      page = scene.ok("GET", conversation + "/items?limit=2&order=asc" + after, null);
      page.get("data").forEach(item -> texts.add(OpenAIFixture.text(item)));
      sizes.add(page.get("data").size());
      after = "&after=" + page.get("last_id").asText();
    } while (page.get("has_more").asBoolean());

    assertThat(texts)
        .containsExactly("Message 0", "Message 1", "Message 2", "Message 3", "Message 4");
    assertThat(sizes).containsExactly(2, 2, 1);
  }

  @Test
  void deletedItem_othersRemain() {
    String conversation = scene.create(items(3));
    List<JsonNode> before = scene.items(conversation);
    JsonNode unused =
        scene.ok("DELETE", conversation + "/items/" + before.get(1).get("id").asText(), null);

    assertThat(scene.items(conversation)).containsExactly(before.get(0), before.get(2));
  }

  @Test
  void items_asManyAsAllowed() {
    String conversation = scene.create(items(ITEMS_MAX));
    assertThat(scene.items(conversation)).hasSize(ITEMS_MAX);

    fails("POST", "", items(ITEMS_MAX + 1), "items");
    fails("POST", conversation + "/items", items(ITEMS_MAX + 1), "items");
    assertThat(scene.items(conversation)).hasSize(ITEMS_MAX);
  }

  @Test
  void metadata_asMuchAsAllowed() {
    // Characters that are two in UTF-16.
    String value = "😀".repeat(512);
    String metadata =
        IntStream.range(0, 16)
            .mapToObj(i -> "\"%02d%s\":\"%s\"".formatted(i, "é".repeat(62), value))
            .collect(Collectors.joining(",", "{\"metadata\":{", "}}"));

    JsonNode made = scene.ok("POST", "", metadata);

    assertThat(made.get("metadata")).hasSize(16);
    assertThat(made.get("metadata")).isEqualTo(JsonBodies.tree(metadata).get("metadata"));
    String path = "/" + made.get("id").asText();
    assertThat(scene.ok("POST", path, metadata)).isEqualTo(made);
  }

  @Test
  void include_knownValuesInBothSpellings_unknownIs400() {
    String conversation = scene.create(items(1));
    String item = scene.items(conversation).get(0).get("id").asText();
    String known =
        "?include[]=file_search_call.results&include=web_search_call.results"
            + "&include%5B%5D=web_search_call.action.sources"
            + "&include=message.input_image.image_url"
            + "&include=computer_call_output.output.image_url"
            + "&include=code_interpreter_call.outputs&include=reasoning.encrypted_content"
            + "&include=message.output_text.logprobs";
    known = known.replace("[]", "%5B%5D");
    for (String name : List.of("include", "include%5B%5D")) {
      String unknown = "?" + name + "=message.x";
      fails("GET", conversation + "/items" + unknown, null, "include");
      fails("GET", conversation + "/items/" + item + unknown, null, "include");
      fails("POST", conversation + "/items" + unknown, items(1), "include");
    }

    assertThat(scene.items(conversation)).hasSize(1);
    assertThat(scene.ok("GET", conversation + "/items" + known, null).get("data")).hasSize(1);
    assertThat(scene.ok("GET", conversation + "/items/" + item + known, null).get("id").asText())
        .isEqualTo(item);
    assertThat(scene.ok("POST", conversation + "/items" + known, items(1)).get("data")).hasSize(1);
  }

  /** Each type of the published clients can be written and read, alone and in a list. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "function_call|fc",
        "function_call_output|fco",
        "file_search_call|fs",
        "web_search_call|ws",
        "image_generation_call|ig",
        "computer_call|cu",
        "computer_call_output|cuo",
        "tool_search_call|tsc",
        "tool_search_output|tso",
        "additional_tools|item",
        "configuration_update|item",
        "reasoning|rs",
        "program|item",
        "program_output|item",
        "compaction|cmp",
        "code_interpreter_call|ci",
        "local_shell_call|lsh",
        "local_shell_call_output|lsho",
        "shell_call|sh",
        "shell_call_output|sho",
        "apply_patch_call|apc",
        "apply_patch_call_output|apco",
        "mcp_list_tools|mcpl",
        "mcp_approval_request|mcpr",
        "mcp_approval_response|mcpa",
        "mcp_call|mcp",
        "custom_tool_call|ctc",
        "custom_tool_call_output|ctco"
      })
  void everyType_isReadBack(String type, String prefix) {
    String conversation = scene.create("{}");
    String sent = "{ \"type\" : \"%s\", \"own\" : {\"a\" : [1.0]} }".formatted(type);
    JsonNode item = scene.append(conversation, sent).get(0);

    assertThat(item.get("id").asText()).matches(prefix + "_[0-9a-f]{48}");
    assertThat(item.get("type").asText()).isEqualTo(type);
    assertThat(item.get("own").toString()).isEqualTo("{\"a\":[1.0]}");
    assertThat(scene.items(conversation)).containsExactly(item);
    String path = conversation + "/items/" + item.get("id").asText();
    assertThat(scene.ok("GET", path, null)).isEqualTo(item);
  }

  @Test
  void emptyIds_areErrorsOfThisApi() {
    for (String path : List.of("/", "//items", scene.create("{}") + "/items/")) {
      var answer = scene.send("GET", path, null);
      assertThat(answer.statusCode()).describedAs(path).isBetween(400, 404);
      assertThat(JsonBodies.text(answer.body(), "/error/type")).isEqualTo("invalid_request_error");
    }
  }
}
