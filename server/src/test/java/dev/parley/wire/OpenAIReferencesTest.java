package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.config.Setting;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Tokens;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Collections;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** References are replaced by copies, within the limits and the rights of the call. */
class OpenAIReferencesTest {
  private static final String OWNER = "acme";

  private static ServerFixture server;
  private static OpenAIFixture scene;
  private String conversation;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .flag(Setting.JWT_HS256_SECRET, Tokens.SECRET)
            .flag(Setting.JWT_OWNER, OWNER)
            .start();
    scene = new OpenAIFixture(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void create() {
    conversation = scene.create("{}");
  }

  private static String reference(String id) {
    return "{\"type\":\"item_reference\",\"id\":" + JsonBodies.quote(id) + "}";
  }

  private static String body(String items) {
    return "{\"items\":[" + items + "]}";
  }

  private static JsonNode withoutId(JsonNode item) {
    return ((ObjectNode) item.deepCopy()).without("id");
  }

  @Test
  void copies_largerThan32MiB_413AndNothingIsStored() {
    String big = OpenAIFixture.user("x".repeat(1 << 20));
    String id = scene.append(conversation, big).get(0).get("id").asText();

    for (String path : new String[] {conversation + "/items", ""}) {
      String items = String.join(",", Collections.nCopies(1_000, reference(id)));
      HttpResponse<String> answer = scene.send("POST", path, body(items));

      assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(413);
      assertThat(JsonBodies.text(answer.body(), "/error/code")).isEqualTo("request_too_large");
    }
    assertThat(scene.items(conversation)).hasSize(1);
    assertThat(scene.ok("GET", "", null).get("data")).isNotEmpty();
    assertThat(scene.append(conversation, reference(id) + "," + reference(id))).hasSize(2);
  }

  @Test
  void create_itemTooLarge_400AndNoConversationIsLeft() {
    String last = scene.ok("GET", "?limit=1", null).get("first_id").asText();

    HttpResponse<String> answer =
        scene.send("POST", "", body(OpenAIFixture.user("x".repeat((4 << 20) + 1))));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(JsonBodies.text(answer.body(), "/error/param")).isEqualTo("items[0].content");
    assertThat(scene.ok("GET", "?limit=1", null).get("first_id").asText()).isEqualTo(last);
  }

  @Test
  void reference_withoutTheScopeToRead_403() {
    UUID agentId = server.agent(OWNER);
    String claims = "{\"sub\":\"ada\",\"aud\":\"authenticated\",\"exp\":1893456000%s}";
    String full = Tokens.hs256(claims.formatted(""));
    String writer = Tokens.hs256(claims.formatted(",\"scope\":\"chat\""));
    JsonNode made = JsonBodies.tree(send(full, agentId, "", body(OpenAIFixture.user("s"))).body());
    String items = "/" + made.get("id").asText() + "/items";
    String id =
        JsonBodies.text(
            send(full, agentId, items, body(OpenAIFixture.user("secret"))).body(), "/data/0/id");

    assertThat(send(writer, agentId, items, body(OpenAIFixture.user("b"))).statusCode())
        .isEqualTo(200);
    for (String path : new String[] {items, ""}) {
      HttpResponse<String> answer = send(writer, agentId, path, body(reference(id)));
      assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(403);
      assertThat(JsonBodies.text(answer.body(), "/error/code")).isEqualTo("scope_missing");
    }
    assertThat(send(full, agentId, items, body(reference(id))).body()).contains("secret");
  }

  private static HttpResponse<String> send(String token, UUID agentId, String path, String body) {
    return server.send(
        request ->
            request
                .header("Authorization", "Bearer " + token)
                .header("OpenAI-Project", agentId.toString())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)),
        OpenAIFixture.CONVERSATIONS + path);
  }

  @Test
  void reference_findsTheItemOfTheConversationFirst() {
    String other = scene.create(body(OpenAIFixture.user("elsewhere")));
    String id = scene.items(other).get(0).get("id").asText();
    // A client that moves a conversation sends the ids that the other conversation computed.
    JsonNode own =
        scene
            .append(conversation, "{\"id\":\"" + id + "\",\"role\":\"user\",\"content\":\"here\"}")
            .get(0);
    assertThat(own.get("id").asText()).isEqualTo(id);

    JsonNode copy = scene.append(conversation, reference(id)).get(0);

    assertThat(withoutId(copy)).isEqualTo(withoutId(own));
  }

  @Test
  void reference_toAnUnknownConversation_saysThatTheItemIsUnknown() {
    String unknown = "msg_" + "1".repeat(32) + "0".repeat(15) + "1";
    for (String path : new String[] {conversation + "/items", ""}) {
      HttpResponse<String> answer =
          scene.send("POST", path, body(OpenAIFixture.user("a") + "," + reference(unknown)));

      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(JsonBodies.text(answer.body(), "/error/code")).isEqualTo("item_not_found");
      assertThat(JsonBodies.text(answer.body(), "/error/message")).isEqualTo("Item not found.");
      assertThat(JsonBodies.text(answer.body(), "/error/param")).isEqualTo("items[1].id");
    }
  }

  @Test
  void retry_ofAReferenceToTheNewestItem_isStoredOnce() {
    String id = scene.append(conversation, OpenAIFixture.user("a")).get(0).get("id").asText();

    JsonNode first =
        scene.append(conversation, reference(id), "x-stainless-retry-count", "1").get(0);
    JsonNode again =
        scene.append(conversation, reference(id), "x-stainless-retry-count", "2").get(0);

    assertThat(first.get("id").asText()).isNotEqualTo(id);
    assertThat(again).isEqualTo(first);
    assertThat(scene.items(conversation)).hasSize(2);
  }

  @Test
  void copyOfAMessageOfAnotherApi_isTheItemThatWasShown_andRetriesAreRecognized() {
    scene.appendNatively(
        conversation,
        """
        {"role":"ASSISTANT","content":[{"type":"tool_use","id":"t1","input":{}}]},
        {"role":"TOOL","content":[{"type":"tool_result","tool_use_id":"t1","content":"42"}]}""");
    for (JsonNode shown : scene.items(conversation)) {
      String items = reference(shown.get("id").asText());
      JsonNode copy = scene.append(conversation, items).get(0);

      assertThat(withoutId(copy)).isEqualTo(withoutId(shown));
      assertThat(scene.append(conversation, items, "x-stainless-retry-count", "1").get(0))
          .isEqualTo(copy);
    }
    assertThat(scene.items(conversation)).hasSize(4);
  }
}
