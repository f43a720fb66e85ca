package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.TickingClock;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call that a client repeats by itself stores its items once. */
class OpenAIRetryTest {
  private static final String RETRY = "x-stainless-retry-count";
  private static final String TURN =
      OpenAIFixture.user("a")
          + ",{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[]}"
          + ",{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"42\"}";

  private static final TickingClock CLOCK = new TickingClock();
  private static ServerFixture server;
  private static OpenAIFixture scene;
  private String conversation;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).clock(CLOCK).start();
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

  private int count() {
    return scene.items(conversation).size();
  }

  @Test
  void retryOfAClient_isRecognized() {
    JsonNode first = scene.append(conversation, TURN, RETRY, "0");

    assertThat(scene.append(conversation, TURN, RETRY, "1")).isEqualTo(first);
    assertThat(scene.append(conversation, TURN, RETRY, "2")).isEqualTo(first);
    assertThat(count()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "", "x", "-1"})
  void otherCounts_areNewCalls(String count) {
    scene.append(conversation, TURN);
    scene.append(conversation, TURN, RETRY, count);

    assertThat(count()).isEqualTo(6);
  }

  @Test
  void retry_ofWhatWasNeverStored_isStored() {
    scene.append(conversation, OpenAIFixture.user("before"));
    scene.append(conversation, TURN, RETRY, "1");

    assertThat(count()).isEqualTo(4);
  }

  @Test
  void retry_afterOtherItems_isStored() {
    scene.append(conversation, TURN);
    scene.append(conversation, OpenAIFixture.user("between"));
    scene.append(conversation, TURN, RETRY, "1");

    assertThat(count()).isEqualTo(7);
  }

  @Test
  void retry_afterTenMinutes_isStored() {
    scene.append(conversation, TURN);
    CLOCK.advance(Duration.ofMinutes(10).plusSeconds(1));
    scene.append(conversation, TURN, RETRY, "1");

    assertThat(count()).isEqualTo(6);
  }

  @Test
  void retry_afterTheSameItemsOfAnotherCaller_isStored() {
    HttpResponse<String> byRoot =
        server.send(
            "POST",
            OpenAIFixture.CONVERSATIONS + conversation + "/items",
            server.rootKey(),
            "{\"items\":[" + TURN + "]}");
    assertThat(byRoot.statusCode()).isEqualTo(200);
    scene.append(conversation, TURN, RETRY, "1");

    assertThat(count()).isEqualTo(6);
  }

  @Test
  void retry_afterTheSameMessageOfAnotherApi_isStored() {
    scene.appendNatively(conversation, "{\"role\":\"USER\",\"content\":\"a\"}");
    scene.append(conversation, OpenAIFixture.user("a"), RETRY, "1");

    assertThat(count()).isEqualTo(2);
  }

  @Test
  void retryOfADeletion_answersTheConversation() {
    for (JsonNode item : scene.append(conversation, TURN)) {
      String path = conversation + "/items/" + item.get("id").asText();
      assertThat(scene.send("DELETE", path + "0", null, RETRY, "1").statusCode()).isEqualTo(404);
      JsonNode deleted = scene.ok("DELETE", path, null);

      assertThat(scene.ok("DELETE", path, null, RETRY, "1")).isEqualTo(deleted);
      assertThat(scene.send("DELETE", path, null, RETRY, "0").statusCode()).isEqualTo(404);
    }
  }
}
