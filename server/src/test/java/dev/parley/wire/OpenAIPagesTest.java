package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of items are complete, also when items are deleted meanwhile. */
class OpenAIPagesTest {
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

  private static JsonNode tree(String json) {
    return JsonBodies.tree(json);
  }

  private static JsonNode without(JsonNode item, String... names) {
    return ((ObjectNode) item.deepCopy()).remove(List.of(names));
  }

  @Test
  void pages_over250Items_bothWays() {
    String conversation = scene.create("{}");
    String items =
        String.join(
            ",", IntStream.range(0, 250).mapToObj(i -> OpenAIFixture.user("" + i)).toList());
    JsonNode made = scene.append(conversation, items);
    List<JsonNode> expected = new ArrayList<>();
    made.forEach(expected::add);

    assertThat(scene.items(conversation)).isEqualTo(expected);
    List<JsonNode> newestFirst = new ArrayList<>();
    JsonNode page = scene.ok("GET", conversation + "/items", null);
    int pages = 1;
    while (page.get("has_more").asBoolean()) {
      page.get("data").forEach(newestFirst::add);
      String after = page.get("last_id").asText();
      page = scene.ok("GET", conversation + "/items?after=" + after, null);
      pages++;
    }
    page.get("data").forEach(newestFirst::add);
    Collections.reverse(newestFirst);
    assertThat(newestFirst).isEqualTo(expected);
    assertThat(pages).isEqualTo(13);
  }

  @Test
  void deletedItem_isGone_andPagesContinueAfterIt() {
    String conversation = scene.create("{\"metadata\":{\"a\":\"b\"}}");
    String chosen = "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[]}";
    JsonNode items =
        scene.append(
            conversation,
            String.join(",", OpenAIFixture.user("1"), chosen, OpenAIFixture.user("3"), chosen));

    for (int i : new int[] {1, 2}) {
      String path = conversation + "/items/" + items.get(i).get("id").asText();
      assertThat(scene.ok("DELETE", path, null)).isEqualTo(scene.ok("GET", conversation, null));
      assertThat(scene.send("GET", path, null).statusCode()).isEqualTo(404);
      assertThat(scene.send("DELETE", path, null).statusCode()).isEqualTo(404);
      String list = conversation + "/items?after=" + items.get(i).get("id").asText();
      assertThat(scene.ok("GET", list, null).get("data")).containsExactly(items.get(0));
      assertThat(scene.ok("GET", list + "&order=asc", null).get("data").get(0))
          .isEqualTo(items.get(i == 1 ? 2 : 3));
    }
    assertThat(scene.items(conversation)).containsExactly(items.get(0), items.get(3));
    // The id of a deleted item is not free.
    assertThat(scene.append(conversation, chosen).get(0).get("id").asText())
        .matches("rs_[0-9a-f]{48}");
  }

  @Test
  void deletedItemsAtTheEnd_areNoPage() {
    String conversation = scene.create("{}");
    JsonNode items =
        scene.append(
            conversation,
            String.join(
                ",", OpenAIFixture.user("1"), OpenAIFixture.user("2"), OpenAIFixture.user("3")));
    for (int i : new int[] {1, 2}) {
      scene.ok("DELETE", conversation + "/items/" + items.get(i).get("id").asText(), null);
    }

    JsonNode page = scene.ok("GET", conversation + "/items?order=asc&limit=1", null);

    assertThat(page.get("data")).containsExactly(items.get(0));
    assertThat(page.get("has_more").asBoolean()).isFalse();
    assertThat(scene.ok("GET", conversation + "/items?limit=1", null).get("data"))
        .containsExactly(items.get(0));
  }

  @Test
  void clearedSession_pagesContinue() {
    String conversation = scene.create("{}");
    String first = scene.append(conversation, OpenAIFixture.user("1")).get(0).get("id").asText();
    var unused = scene.natively("POST", scene.nativePath(conversation) + ":clear", "{}");
    for (String order : new String[] {"asc", "desc"}) {
      String list = conversation + "/items?order=" + order + "&after=" + first;
      assertThat(scene.ok("GET", list, null).get("data")).isEmpty();
    }
    JsonNode next = scene.append(conversation, OpenAIFixture.user("2")).get(0);

    assertThat(scene.ok("GET", conversation + "/items?order=asc&after=" + first, null).get("data"))
        .containsExactly(next);
    assertThat(scene.items(conversation)).containsExactly(next);
  }

  @Test
  void envelopes_haveAllMembers() {
    String conversation = scene.create("{}");
    assertThat(scene.ok("GET", conversation + "/items", null))
        .isEqualTo(
            tree(
                """
                {"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}"""));

    JsonNode made =
        scene.ok(
            "POST",
            conversation
                + "/items?include%5B%5D=reasoning.encrypted_content"
                + "&include%5B%5D=message.output_text.logprobs",
            "{\"items\":[" + OpenAIFixture.user("a") + "]}");
    String id = made.at("/data/0/id").asText();
    assertThat(without(made, "data"))
        .isEqualTo(
            tree(
                """
                {"object":"list","first_id":"%s","last_id":"%s","has_more":false}"""
                    .formatted(id, id)));
    String after = conversation + "/items?order=desc&include=file_search_call.results&after=" + id;
    assertThat(scene.ok("GET", after, null).get("data")).isEmpty();
    assertThat(scene.ok("GET", after, null).get("has_more").asBoolean()).isFalse();
  }
}
