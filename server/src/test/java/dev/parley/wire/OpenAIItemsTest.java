package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Items come back as they were sent, and messages of other APIs as items that clients read. */
class OpenAIItemsTest {
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

  /** The item of the answer, of the list and of its own route, which are the same. */
  private static JsonNode roundTrip(String item) {
    String conversation = scene.create("{}");
    JsonNode made = scene.append(conversation, item).get(0);
    assertThat(scene.items(conversation)).containsExactly(made);
    String path = conversation + "/items/" + made.get("id").asText();
    assertThat(scene.ok("GET", path, null)).isEqualTo(made);
    return made;
  }

  private static JsonNode tree(String json) {
    return JsonBodies.tree(json);
  }

  private static JsonNode without(JsonNode item, String... names) {
    return ((ObjectNode) item.deepCopy()).remove(List.of(names));
  }

  @ParameterizedTest
  @ValueSource(strings = {"user", "system", "developer"})
  void easyMessage_isMessageWithInputText(String role) {
    JsonNode item = roundTrip("{\"role\":\"" + role + "\",\"content\":\"Hé \\\"you\\\"\\n\"}");

    assertThat(item.get("id").asText()).matches("msg_[0-9a-f]{48}");
    assertThat(without(item, "id"))
        .isEqualTo(
            tree(
                """
                {"type":"message","status":"completed","role":"%s",
                 "content":[{"type":"input_text","text":"Hé \\"you\\"\\n"}]}"""
                    .formatted(role)));
  }

  @Test
  void easyMessage_ofAssistant_isMessageWithOutputText() {
    JsonNode item =
        roundTrip("{\"role\":\"assistant\",\"content\":\"Hi\",\"phase\":\"commentary\"}");

    assertThat(without(item, "id"))
        .isEqualTo(
            tree(
                """
                {"type":"message","status":"completed","role":"assistant","phase":"commentary",
                 "content":[
                  {"type":"output_text","text":"Hi","annotations":[],"logprobs":[]}]}"""));
  }

  @Test
  void message_withPartsAndUnknownMembers_isVerbatim() {
    String sent =
        """
        {"type":"message","role":"user","status":"incomplete","x_number":1.50e2,"x_null":null,
         "content":[{"type":"input_image","detail":"auto","image_url":null,"file_id":"f"},
           {"type":"computer_screenshot","file_id":"s"},{"type":"never_seen","n":0.10}]}""";
    JsonNode item = roundTrip(sent);

    assertThat(without(item, "id")).isEqualTo(tree(sent));
    String raw =
        scene.send("GET", scene.create("{\"items\":[" + sent + "]}") + "/items", null).body();
    assertThat(raw).contains("\"x_number\":1.50e2").contains("\"n\":0.10");
  }

  @Test
  void outputTextWithoutAnnotations_hasThem() {
    JsonNode item =
        roundTrip(
            """
            {"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"},
             {"type":"refusal","refusal":"no"}]}""");

    assertThat(item.get("content"))
        .isEqualTo(
            tree(
                """
                [{"type":"output_text","text":"a","annotations":[]},
                 {"type":"refusal","refusal":"no"}]"""));
  }

  @Test
  void functionCallAndOutputs_haveIdAndStatus() {
    JsonNode call =
        roundTrip(
            """
            {"type":"function_call","call_id":"c1","name":"add","arguments":"{\\"a\\":1}"}""");
    assertThat(call.get("id").asText()).matches("fc_[0-9a-f]{48}");
    assertThat(call.get("status").asText()).isEqualTo("completed");
    assertThat(call.get("arguments").asText()).isEqualTo("{\"a\":1}");

    JsonNode text =
        roundTrip("{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"42\"}");
    assertThat(text.get("output").asText()).isEqualTo("42");
    assertThat(text.get("status").asText()).isEqualTo("completed");

    String parts = "[{\"type\":\"input_text\",\"text\":\"42\"}]";
    JsonNode list =
        roundTrip(
            "{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"status\":\"in_progress\","
                + "\"output\":"
                + parts
                + "}");
    assertThat(list.get("output")).isEqualTo(tree(parts));
    assertThat(list.get("status").asText()).isEqualTo("in_progress");
  }

  /** OpenAI rejects a status of these types, if a client sends the item to a model. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'reasoning','summary':[]}",
        "{'type':'custom_tool_call','call_id':'c','name':'n','input':'i'}",
        "{'type':'additional_tools','tools':[{'type':'x'}]}",
        "{'type':'configuration_update','configuration':{}}",
        "{'type':'type_of_next_year','deep':{'a':[1,2.50,null,{}]}}"
      })
  void otherItems_areVerbatimWithAnId(String quoted) {
    String sent = quoted.replace('\'', '"');
    JsonNode item = roundTrip(sent);

    assertThat(item.get("id").asText()).isNotEmpty();
    assertThat(without(item, "id")).isEqualTo(tree(sent));
  }

  @Test
  void sentId_isKeptIfItIsFree() {
    String conversation = scene.create("{}");
    String sent = "{\"type\":\"reasoning\",\"id\":\"rs/1 ü\",\"summary\":[]}";
    JsonNode first = scene.append(conversation, sent).get(0);
    JsonNode again = scene.append(conversation, sent + "," + sent);

    assertThat(first.get("id").asText()).isEqualTo("rs/1 ü");
    assertThat(again.get(0).get("id").asText()).matches("rs_[0-9a-f]{48}");
    assertThat(again.get(1).get("id").asText()).matches("rs_[0-9a-f]{48}");
    assertThat(scene.items(conversation)).hasSize(3);
    assertThat(scene.ok("GET", conversation + "/items/rs%2F1%20%C3%BC", null)).isEqualTo(first);
    JsonNode page =
        scene.ok("GET", conversation + "/items?order=asc&limit=1&after=rs%2F1%20%C3%BC", null);
    assertThat(page.get("data").get(0)).isEqualTo(again.get(0));
  }

  @Test
  void computedId_sentAgain_isReplaced() {
    String conversation = scene.create("{\"items\":[" + OpenAIFixture.user("a") + "]}");
    JsonNode first = scene.items(conversation).get(0);

    JsonNode second = scene.append(conversation, first.toString()).get(0);

    assertThat(second.get("id")).isNotEqualTo(first.get("id"));
    assertThat(without(second, "id")).isEqualTo(without(first, "id"));
  }

  @Test
  void reference_copiesTheItem_alsoOfAnotherConversation() {
    String other = scene.create("{\"items\":[{\"type\":\"reasoning\",\"summary\":[]}]}");
    JsonNode item = scene.items(other).get(0);
    String reference = "{\"type\":\"item_reference\",\"id\":" + item.get("id") + "}";

    String conversation = scene.create("{\"items\":[" + reference + "]}");
    JsonNode copies = scene.append(conversation, "{\"id\":" + item.get("id") + "}");

    assertThat(scene.items(conversation)).hasSize(2).contains(copies.get(0));
    assertThat(without(copies.get(0), "id")).isEqualTo(without(item, "id"));
    assertThat(copies.get(0).get("id")).isNotEqualTo(item.get("id"));
  }

  @Test
  void messagesOfOtherApis_areItemsThatTheAgentsSdkReads() {
    String conversation = scene.create("{}");
    scene.appendNatively(
        conversation,
        """
        {"role":"USER","content":"question"},
        {"role":"ASSISTANT","content":[{"type":"text","text":"answer"},
          {"type":"tool_use","id":"t1","input":{}}]},
        {"role":"TOOL","content":[{"type":"tool_result","tool_use_id":"t1","content":"42"}]},
        {"role":"TOOL","messageId":"m-1","content":"plain"},
        {"role":"SYSTEM","content":[{"text":"rule"},{"type":"input_image","detail":"auto"}]},
        {"role":"USER","content":[{"type":"input_text","text":"a"},{"type":"output_text"}]}""");

    List<JsonNode> shown =
        scene.items(conversation).stream().map(item -> without(item, "id")).toList();

    assertThat(shown)
        .containsExactly(
            tree(
                """
                {"type":"message","status":"completed","role":"user",
                 "content":[{"type":"input_text","text":"question"}]}"""),
            tree(
                """
                {"type":"message","status":"completed","role":"assistant","content":[
                 {"type":"output_text","text":"answer","annotations":[],"logprobs":[]},
                 {"type":"output_text","annotations":[],"logprobs":[],
                  "text":"{\\"type\\":\\"tool_use\\",\\"id\\":\\"t1\\",\\"input\\":{}}"}]}"""),
            tree(
                """
                {"type":"function_call_output","call_id":"t1","output":"42",
                 "status":"completed"}"""),
            tree(
                """
                {"type":"function_call_output","call_id":"m-1","output":"plain",
                 "status":"completed"}"""),
            tree(
                """
                {"type":"message","status":"completed","role":"system","content":[
                 {"type":"input_text","text":"rule"},{"type":"input_text",
                  "text":"{\\"type\\":\\"input_image\\",\\"detail\\":\\"auto\\"}"}]}"""),
            tree(
                """
                {"type":"message","status":"completed","role":"user","content":[
                 {"type":"input_text","text":"a"},
                 {"type":"input_text","text":"{\\"type\\":\\"output_text\\"}"}]}"""));
  }

  /** The Agents SDK fails on a history with a message of a developer that it did not write. */
  @Test
  void developerMessageOfAnotherApi_isOfTheSystem() {
    String conversation = scene.create("{}");
    scene.appendNatively(conversation, "{\"role\":\"DEVELOPER\",\"content\":\"d\"}");

    assertThat(scene.items(conversation).get(0).get("role").asText()).isEqualTo("system");
  }

  @Test
  void metadataInTheFormOfThisApi_writtenNatively_staysReadable() {
    String conversation = scene.create("{}");
    scene.appendNatively(
        conversation,
        """
        {"role":"TOOL","content":"a","metadata":{"openai":{"by":"x"}}},
        {"role":"USER","content":"b","metadata":{"openai":{"by":"x","type":"reasoning"}}},
        {"role":"USER","content":"c","metadata":{"openai":7}}""");

    assertThat(scene.items(conversation).stream().map(item -> item.get("type").asText()))
        .containsExactly("function_call_output", "message", "message");
  }

  @Test
  void markersThatThisApiDoesNotWrite_areIgnored() {
    String conversation = scene.create("{}");
    String computed = "msg_" + conversation.substring("/conv_".length()) + "0".repeat(15) + "2";
    scene.appendNatively(
        conversation,
        """
        {"role":"USER","messageId":"%s","content":"a",
         "metadata":{"openai":{"by":"01234567","id":"%s"}}},
        {"role":"USER","content":"b"},
        {"role":"USER","messageId":"m","content":"c",
         "metadata":{"openai":{"by":"01234567","id":"n"}}},
        {"role":"ASSISTANT","content":[{"type":"tool_use"}],"metadata":{"openai":{"by":"x"}}},
        {"role":"USER","content":[{"type":"reasoning"}],
         "metadata":{"openai":{"by":"01234567","type":"reasoning"}}}"""
            .formatted(computed, computed));

    List<JsonNode> items = scene.items(conversation);

    assertThat(items.stream().map(item -> item.get("id").asText()))
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("msg_[0-9a-f]{48}"));
    assertThat(items.get(3).at("/content/0/type").asText()).isEqualTo("output_text");
  }

  /** Another API can copy the metadata of an item of this API to a message of its own. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'role':'user','content':'x'}|'role':'USER','content':[{'type':'own'}]",
        "{'role':'user','content':'x'}|'role':'DEVELOPER','content':'x'",
        "{'role':'user','content':'x'}|'role':'TOOL','content':'x'",
        "{'role':'assistant','content':[{'type':'refusal','refusal':'x'}]}"
            + "|'role':'ASSISTANT','content':[{'type':'tool_use'}]",
        "{'role':'user','content':[{'type':'input_text','text':'x'}]}"
            + "|'role':'ASSISTANT','content':[{'type':'input_text','text':'x'}]",
        "{'role':'user','content':[{'type':'never_seen'}]}"
            + "|'role':'USER','content':[{'type':'never_seen','n':1}]",
        "{'role':'developer','content':'x'}|'role':'DEVELOPER','content':'y'",
        "{'role':'user','content':'x','phase':null}|'role':'USER','content':'y'",
        "{'type':'reasoning','summary':[]}|'role':'ASSISTANT','content':[{'type':'reasoning'}]",
        "{'type':'computer_call','action':{}}"
            + "|'role':'ASSISTANT','content':[{'type':'computer_call'}]",
        "{'type':'function_call_output','call_id':'c','output':'x'}"
            + "|'role':'TOOL','content':[{'type':'function_call_output','output':[{'type':'a'}]}]"
      })
  void metadataOfAnItem_onAnotherMessage_isIgnored(String item, String message) {
    String conversation = scene.create("{}");
    JsonNode unused = scene.append(conversation, item.replace('\'', '"'));
    String path = scene.nativePath(conversation) + "/messages?order=OLDEST_FIRST";
    JsonNode stored = scene.natively("GET", path, null).at("/messages/0");
    scene.appendNatively(
        conversation,
        "{" + message.replace('\'', '"') + ",\"metadata\":" + stored.get("metadata") + "}");

    JsonNode shown = scene.items(conversation).get(1);

    assertThat(shown.get("type").asText()).isIn("message", "function_call_output");
    assertThat(shown.path("role").asText("user")).isIn("user", "system", "assistant");
    assertThat(shown.path("output").isArray()).isFalse();
    String part = shown.path("role").asText().equals("assistant") ? "output_text" : "input_text";
    assertThat(shown.path("content")).allMatch(each -> each.get("type").asText().equals(part));
  }

  /** Ensures that an import of exported messages shows the same items. */
  @Test
  void copyOfAMessage_isTheSameItem() {
    String conversation = scene.create("{}");
    JsonNode item =
        scene
            .append(
                conversation,
                "{\"role\":\"developer\",\"content\":[{\"type\":\"never_seen\"}],\"x\":1}")
            .get(0);
    String path = scene.nativePath(conversation) + "/messages?order=OLDEST_FIRST";
    JsonNode stored = scene.natively("GET", path, null).at("/messages/0");
    scene.appendNatively(
        conversation,
        "{\"role\":\"DEVELOPER\",\"content\":%s,\"metadata\":%s}"
            .formatted(stored.get("content"), stored.get("metadata")));

    assertThat(without(scene.items(conversation).get(1), "id")).isEqualTo(without(item, "id"));
  }

  @Test
  void itemsOfThisApi_areMessagesOfTheOthers() {
    String conversation = scene.create("{}");
    JsonNode unused =
        scene.append(
            conversation,
            """
            {"role":"user","content":"q"},{"role":"developer","content":"d"},
            {"role":"assistant","content":[{"type":"output_text","text":"x"}]},
            {"type":"function_call_output","call_id":"c","output":"42"}""");

    JsonNode messages =
        scene.natively(
            "GET", scene.nativePath(conversation) + "/messages?order=OLDEST_FIRST", null);

    assertThat(messages.get("messages").findValuesAsText("role"))
        .containsSubsequence("USER", "DEVELOPER", "ASSISTANT", "TOOL");
    assertThat(messages.at("/messages/0/content").asText()).isEqualTo("q");
    assertThat(messages.at("/messages/2/content/0/text").asText()).isEqualTo("x");
    assertThat(messages.at("/messages/3/content/0/output").asText()).isEqualTo("42");
  }

  /** Text cannot contain half of a surrogate pair, so the string is stored as JSON. */
  @Test
  void unpairedSurrogate_isKept() {
    String conversation =
        scene.create("{\"items\":[{\"role\":\"user\",\"content\":\"a\\ud83d\"}]}");

    assertThat(scene.send("GET", conversation + "/items", null).body()).contains("\"a\\ud83d\"");
  }
}
