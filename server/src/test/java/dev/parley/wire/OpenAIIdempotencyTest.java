package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A call with an {@code Idempotency-Key} is done once. The key belongs to its request. */
class OpenAIIdempotencyTest {
  private static final String KEY = "Idempotency-Key";
  private static final String RETRY = "x-stainless-retry-count";
  private static final String A = OpenAIFixture.user("a");
  private static final String B = OpenAIFixture.user("b");
  private static final String REASONING = reasoning("rs_1", 1);
  private static final String TURN =
      A
          + ","
          + REASONING
          + ",{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"42\"}";

  @TempDir private static Path folder;
  private static ServerFixture server;
  private static OpenAIFixture scene;
  private String conversation;

  @BeforeAll
  static void start() {
    server = ServerFixture.start(folder);
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

  private static String reasoning(String id, int n) {
    return "{\"type\":\"reasoning\",\"id\":\"%s\",\"n\":%d,\"summary\":[]}".formatted(id, n);
  }

  private static String body(String items) {
    return "{\"items\":[" + items + "]}";
  }

  private int count() {
    return scene.items(conversation).size();
  }

  private HttpResponse<String> post(String items, String key) {
    return scene.send("POST", conversation + "/items", body(items), KEY, key);
  }

  private void delete(JsonNode item) {
    JsonNode unused = scene.ok("DELETE", conversation + "/items/" + item.get("id").asText(), null);
  }

  private static void isReused(HttpResponse<String> answer) {
    isConflict(answer, "Idempotency-Key", "idempotency_key_reused");
  }

  private static void isConflict(HttpResponse<String> answer, String param, String code) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(409);
    JsonNode error = JsonBodies.tree(answer.body()).get("error");
    assertThat(error.get("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error.get("param").asText()).isEqualTo(param);
    assertThat(error.get("code").asText()).isEqualTo(code);
    assertThat(answer.headers().firstValue("x-should-retry")).hasValue("false");
  }

  @Test
  void repeated_answersTheSameItems() {
    JsonNode first = scene.append(conversation, TURN, KEY, "k1");
    scene.append(conversation, OpenAIFixture.user("between"));

    assertThat(scene.append(conversation, TURN, KEY, "k1")).isEqualTo(first);
    assertThat(scene.append(conversation, TURN, KEY, "k1", RETRY, "2")).isEqualTo(first);
    assertThat(count()).isEqualTo(4);
  }

  @Test
  void otherKey_isAnotherCall() {
    JsonNode first = scene.append(conversation, TURN, KEY, "k1");
    JsonNode second = scene.append(conversation, TURN, KEY, "k2");

    assertThat(first.get(1).get("id").asText()).isEqualTo("rs_1");
    assertThat(second.get(1).get("id").asText()).matches("rs_[0-9a-f]{48}");
    assertThat(count()).isEqualTo(6);
    assertThat(scene.append(conversation, TURN, KEY, "k2")).isEqualTo(second);
    assertThat(scene.append(conversation, TURN, KEY, "k1")).isEqualTo(first);
    assertThat(count()).isEqualTo(6);
  }

  @Test
  void sameKey_inAnotherConversation_isAnotherCall() {
    JsonNode first = scene.append(conversation, TURN, KEY, "k1");
    String other = scene.create("{}");

    assertThat(scene.append(other, TURN, KEY, "k1").get(0).get("id"))
        .isNotEqualTo(first.get(0).get("id"));
    assertThat(scene.items(other)).hasSize(3);
  }

  @Test
  void sameKey_ofAnotherCaller_isAnotherCall() {
    JsonNode unused = scene.append(conversation, A, KEY, "k1");
    String path = OpenAIFixture.CONVERSATIONS + conversation + "/items";
    HttpResponse<String> answer =
        server.send(
            request ->
                request
                    .header("Authorization", "Bearer " + server.rootKey())
                    .header("Content-Type", "application/json")
                    .header(KEY, "k1")
                    .POST(BodyPublishers.ofString(body(A))),
            path);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void reusedWithOtherItems_409ThatStays() {
    JsonNode unused = scene.append(conversation, A + "," + B, KEY, "k1");

    isReused(post(B + "," + B, "k1"));
    isReused(post(B + "," + A, "k1"));
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void reusedWithMoreOrFewerItems_409ThatStays() {
    JsonNode first = scene.append(conversation, A + "," + B, KEY, "k1");

    isReused(post(A, "k1"));
    isReused(post(A + "," + B + "," + B, "k1"));
    assertThat(scene.append(conversation, A + "," + B, KEY, "k1")).isEqualTo(first);
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void reusedWithChosenIds_409ThatStays() {
    String two = reasoning("rs_2", 1);
    JsonNode unused = scene.append(conversation, REASONING + "," + two, KEY, "k1");

    isReused(post(REASONING, "k1"));
    isReused(post(reasoning("rs_1", 2) + "," + two, "k1"));
    isReused(post(two + "," + REASONING, "k1"));
    isReused(post(REASONING + "," + two + "," + A, "k1"));
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void chosenIdThatIsTaken_repeated_answersTheSameItem() {
    JsonNode other = scene.append(conversation, REASONING).get(0);
    JsonNode first = scene.append(conversation, REASONING + "," + REASONING, KEY, "k1");

    assertThat(first.findValuesAsText("id")).doesNotContain("rs_1").doesNotHaveDuplicates();
    assertThat(scene.append(conversation, REASONING + "," + REASONING, KEY, "k1")).isEqualTo(first);
    delete(other);
    assertThat(scene.append(conversation, REASONING + "," + REASONING, KEY, "k1")).isEqualTo(first);
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void deletedItem_isNotStoredAgain() {
    JsonNode first = scene.append(conversation, A + "," + REASONING, KEY, "k1");
    delete(first.get(1));

    isConflict(post(A + "," + REASONING, "k1"), "items[1]", "message_id_reused");
    delete(first.get(0));
    isConflict(post(A + "," + REASONING, "k1"), "items[0]", "message_id_reused");
    assertThat(count()).isZero();
    JsonNode alone = scene.append(conversation, reasoning("rs_2", 1), KEY, "k2").get(0);
    delete(alone);
    isConflict(post(reasoning("rs_2", 1), "k2"), "items[0]", "message_id_reused");
    assertThat(count()).isZero();
  }

  /** More than a page of the messages that the ids are looked up in. */
  @Test
  void largeItemsWithChosenIds_areStoredOnce() {
    String items =
        String.join(
            ",",
            IntStream.range(0, 5)
                .mapToObj(
                    i ->
                        "{\"type\":\"reasoning\",\"id\":\"rs_%d\",\"x\":\"%s\"}"
                            .formatted(i, "x".repeat(1_000_000)))
                .toList());
    JsonNode first = scene.append(conversation, items, KEY, "k1");

    assertThat(scene.append(conversation, items, KEY, "k1")).isEqualTo(first);
    assertThat(first.findValuesAsText("id"))
        .containsExactly("rs_0", "rs_1", "rs_2", "rs_3", "rs_4");
    assertThat(count()).isEqualTo(5);
  }

  @Test
  void create_isTheSameConversation() {
    String body = "{\"metadata\":{\"a\":\"b\",\"c\":\"d\"},\"items\":[" + TURN + "]}";
    JsonNode first = scene.ok("POST", "", body, KEY, "create");

    assertThat(scene.ok("POST", "", body, KEY, "create")).isEqualTo(first);
    String reordered = "{\"metadata\":{\"c\": \"d\",\"a\":\"\\u0062\"},\"items\":[" + TURN + "]}";
    assertThat(scene.ok("POST", "", reordered, KEY, "create")).isEqualTo(first);
    conversation = "/" + first.get("id").asText();
    assertThat(count()).isEqualTo(3);
    assertThat(scene.ok("POST", "", body, KEY, "other").get("id")).isNotEqualTo(first.get("id"));
    JsonNode ofOther = new OpenAIFixture(server).ok("POST", "", body, KEY, "create");
    assertThat(ofOther.get("id")).isNotEqualTo(first.get("id"));
  }

  @Test
  void create_afterAnUpdate_answersTheConversationAsItIs() {
    JsonNode first = scene.ok("POST", "", "{\"metadata\":{\"a\":\"1\"}}", KEY, "updated");
    String path = "/" + first.get("id").asText();
    JsonNode changed = scene.ok("POST", path, "{\"metadata\":{\"a\":\"2\"}}");

    assertThat(scene.ok("POST", "", "{\"metadata\":{\"a\":\"1\"}}", KEY, "updated"))
        .isEqualTo(changed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{}",
        "{'metadata':{'a':'b'}}",
        "{'metadata':{'a':'x'},'items':[{'role':'user','content':'1'}]}",
        "{'metadata':{'a':'b','c':''},'items':[{'role':'user','content':'1'}]}",
        "{'metadata':{'a':'b'},'items':[{'role':'user','content':'2'}]}",
        "{'metadata':{'a':'b'},'items':[{'role':'user','content':'1'},{'type':'reasoning'}]}"
      })
  void create_reusedWithAnotherRequest_409ThatStays(String other) {
    String key = "create " + other.hashCode();
    String body = "{\"metadata\":{\"a\":\"b\"},\"items\":[" + OpenAIFixture.user("1") + "]}";
    JsonNode first = scene.ok("POST", "", body, KEY, key);
    conversation = "/" + first.get("id").asText();

    isReused(scene.send("POST", "", other.replace('\'', '"'), KEY, key));
    assertThat(scene.ok("POST", "", body, KEY, key)).isEqualTo(first);
    assertThat(count()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void blankKey_isNone(String key) {
    JsonNode unused = scene.append(conversation, A, KEY, key);
    unused = scene.append(conversation, B, KEY, key);

    assertThat(count()).isEqualTo(2);
  }

  @Test
  void repeatedAfterARestart_isRecognized() {
    String create = "{\"metadata\":{\"a\":\"b\"}}";
    JsonNode made = scene.ok("POST", "", create, KEY, "before");
    JsonNode first = scene.append(conversation, TURN, KEY, "k1");
    server.close();
    server = ServerFixture.start(folder);
    scene = scene.on(server);

    assertThat(scene.append(conversation, TURN, KEY, "k1")).isEqualTo(first);
    isReused(post(A, "k1"));
    assertThat(count()).isEqualTo(3);
    assertThat(scene.ok("POST", "", create, KEY, "before")).isEqualTo(made);
    isReused(scene.send("POST", "", "{}", KEY, "before"));
  }
}
