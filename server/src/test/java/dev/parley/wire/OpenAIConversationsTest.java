package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.proto.openai.v1.Conversation;
import dev.parley.proto.openai.v1.ConversationServiceGrpc;
import dev.parley.proto.openai.v1.CreateConversationRequest;
import dev.parley.proto.openai.v1.CreateItemsRequest;
import dev.parley.proto.openai.v1.GetConversationRequest;
import dev.parley.proto.openai.v1.Item;
import dev.parley.proto.openai.v1.ItemList;
import dev.parley.proto.openai.v1.ItemServiceGrpc;
import dev.parley.proto.openai.v1.NewItems;
import dev.parley.proto.v1.Json;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations are sessions, over REST and over gRPC. */
class OpenAIConversationsTest {
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

  private static String metadata(String json) {
    return "{\"metadata\":" + json + "}";
  }

  @Test
  void created_isASession() {
    HttpResponse<String> answer = scene.send("POST", "", metadata("{\"topic\":\"tea\"}"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    JsonNode made = JsonBodies.tree(answer.body());
    assertThat(made.get("id").asText()).matches("conv_[0-9a-f]{32}");
    assertThat(made.get("object").asText()).isEqualTo("conversation");
    assertThat(made.get("created_at").isIntegralNumber()).isTrue();
    assertThat(made.get("metadata")).isEqualTo(JsonBodies.tree("{\"topic\":\"tea\"}"));
    String path = "/" + made.get("id").asText();
    assertThat(scene.ok("GET", path, null)).isEqualTo(made);
    JsonNode session = scene.natively("GET", scene.nativePath(path), null);
    assertThat(session.get("key").asText()).startsWith("api:");
    assertThat(session.at("/metadata/openai/topic").asText()).isEqualTo("tea");
  }

  @Test
  void created_withoutAnything_hasEmptyMetadata() {
    for (String body : List.of("{}", "{\"items\":null,\"metadata\":null}", "{\"items\":[]}")) {
      JsonNode made = scene.ok("POST", "", body);
      assertThat(made.get("metadata")).isEqualTo(JsonBodies.tree("{}"));
    }
  }

  @Test
  void update_replacesMetadata_andKeepsThatOfOtherApis() {
    String path = scene.create(metadata("{\"a\":\"1\",\"b\":\"2\"}"));
    var unused =
        scene.natively(
            "PATCH",
            scene.nativePath(path),
            "{\"metadata\":{\"own\": 1.5,\"openai\":{\"a\":\"1\",\"n\":2}}}");

    assertThat(scene.ok("GET", path, null).get("metadata").toString()).isEqualTo("{\"a\":\"1\"}");
    JsonNode changed = scene.ok("POST", path, metadata("{\"c\":\"3\"}"));
    assertThat(changed.get("metadata").toString()).isEqualTo("{\"c\":\"3\"}");
    assertThat(scene.ok("POST", path, metadata("null")).get("metadata")).isEmpty();
    assertThat(scene.natively("GET", scene.nativePath(path), null).get("metadata").toString())
        .isEqualTo("{\"own\":1.5}");
  }

  @Test
  void deleted_isGone() {
    String path = scene.create("{\"items\":[" + OpenAIFixture.user("a") + "]}");

    assertThat(scene.ok("DELETE", path, null).toString())
        .isEqualTo(
            "{\"id\":\"%s\",\"object\":\"conversation.deleted\",\"deleted\":true}"
                .formatted(path.substring(1)));
    assertThat(scene.send("GET", path, null).statusCode()).isEqualTo(404);
    assertThat(scene.send("GET", path + "/items", null).statusCode()).isEqualTo(404);
    assertThat(scene.send("DELETE", path, null).statusCode()).isEqualTo(404);
  }

  @Test
  void list_hasAllConversationsInPages() {
    OpenAIFixture own = new OpenAIFixture(server);
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(0, own.create("{}").substring(1));
    }
    own.archive("/" + own.ok("POST", "", "{}").get("id").asText());
    List<String> listed = new ArrayList<>();
    JsonNode page = own.ok("GET", "?limit=2", null);
    while (true) {
      assertThat(page.get("first_id")).isEqualTo(page.at("/data/0/id"));
      page.get("data").forEach(each -> listed.add(each.get("id").asText()));
      if (!page.get("has_more").asBoolean()) {
        break;
      }
      page = own.ok("GET", "?limit=2&order=desc&after=" + page.get("last_id").asText(), null);
    }

    assertThat(listed).isEqualTo(made);
    assertThat(own.send("GET", "?order=asc", null).statusCode()).isEqualTo(400);
    assertThat(own.send("GET", "?after=conv_" + "0".repeat(32), null).body())
        .contains("\"param\":\"after\"");
  }

  @Test
  void masterKey_namesTheAgentInAHeader() {
    String owner = "owner-" + UUID.randomUUID();
    UUID agentId = server.agent(owner);
    String key = server.masterKey(owner);

    for (String project :
        List.of(agentId.toString(), "proj_" + agentId.toString().replace("-", ""))) {
      HttpResponse<String> made = post(key, project);
      assertThat(made.statusCode()).describedAs(made.body()).isEqualTo(200);
      String path = OpenAIFixture.CONVERSATIONS + "/" + JsonBodies.text(made.body(), "/id");
      assertThat(server.send("GET", path, key, null).statusCode()).isEqualTo(200);
      assertThat(server.send("GET", path, scene.key, null).statusCode()).isEqualTo(404);
    }
    assertThat(server.send("GET", OpenAIFixture.CONVERSATIONS, key, null).body()).contains("conv_");
    HttpResponse<String> none = server.send("POST", OpenAIFixture.CONVERSATIONS, key, "{}");
    assertThat(none.statusCode()).isEqualTo(400);
    assertThat(none.body()).contains("\"param\":\"OpenAI-Project\"");
    assertThat(post(key, "proj_abc").body()).contains("\"param\":\"OpenAI-Project\"");
    HttpResponse<String> unknown = post(key, UUID.randomUUID().toString());
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("\"param\":\"OpenAI-Project\"");
    // The environment of a client may name a project of OpenAI.
    assertThat(post(scene.key, "proj_abc").statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> post(String key, String project) {
    return server.send(
        request ->
            request
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .header("OpenAI-Project", project)
                .POST(BodyPublishers.ofString("{}")),
        OpenAIFixture.CONVERSATIONS);
  }

  @Test
  void overGrpc_sameConversation() {
    var conversations = ConversationServiceGrpc.newBlockingStub(server.channel(scene.key));
    var items = ItemServiceGrpc.newBlockingStub(server.channel(scene.key));
    Conversation made =
        conversations.createConversation(
            CreateConversationRequest.newBuilder()
                .setMetadata(Json.newBuilder().setValue("{\"a\":\"b\"}"))
                .build());

    assertThat(
            conversations.getConversation(
                GetConversationRequest.newBuilder().setConversationId(made.getId()).build()))
        .isEqualTo(made);
    ItemList appended =
        items.createItems(
            CreateItemsRequest.newBuilder()
                .setConversationId(made.getId())
                .setBody(
                    NewItems.newBuilder()
                        .addItems(Json.newBuilder().setValue(OpenAIFixture.user("hi"))))
                .build());
    Item item =
        items.getItem(
            dev.parley.proto.openai.v1.GetItemRequest.newBuilder()
                .setConversationId(made.getId())
                .setItemId(appended.getFirstId())
                .build());
    assertThat(item.getValue()).isEqualTo(appended.getData(0));
    assertThat(scene.items("/" + made.getId()))
        .containsExactly(JsonBodies.tree(item.getValue().getValue()));
  }

  @Test
  void user_seesOnlyItsOwnAgent() {
    OpenAIFixture other = new OpenAIFixture(server);
    String path = other.create("{\"items\":[" + OpenAIFixture.user("secret") + "]}");
    String item = other.items(path).get(0).get("id").asText();

    for (String route : List.of("", "/items", "/items/" + item)) {
      assertThat(scene.send("GET", path + route, null).statusCode()).isEqualTo(404);
    }
    HttpResponse<String> copy =
        scene.send(
            "POST", "", "{\"items\":[{\"type\":\"item_reference\",\"id\":\"" + item + "\"}]}");
    assertThat(copy.statusCode()).isEqualTo(404);
    assertThat(copy.body()).contains("\"param\":\"items[0].id\"").doesNotContain("secret");
  }
}
