package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code search} in lists of sessions and archives. */
class SearchTest {
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

  @Test
  void search_partOfKeyOrLabel_anyCase_found() {
    UUID agent = server.agent("acme");
    make(agent, "api:weather", null);
    make(agent, "api:other", "The WEATHER in Madrid");
    make(agent, "api:none", "something else");
    make(agent, "api:accent", "Événement");

    assertThat(keys(list(agent, "sessions", "Weather", "")))
        .containsExactly("api:other", "api:weather");
    assertThat(keys(list(agent, "sessions", "éVÉNE", ""))).containsExactly("api:accent");
    assertThat(keys(list(agent, "sessions", "", ""))).hasSize(4);
    assertThat(keys(list(agent, "sessions", "%", ""))).isEmpty();
    assertThat(keys(list(agent, "archives", "weather", ""))).isEmpty();
  }

  @Test
  void search_archives_found() {
    UUID agent = server.agent("acme");
    for (String key : List.of("api:kept-1", "api:gone-1", "api:gone-2")) {
      String id = make(agent, key, null);
      if (key.contains("gone")) {
        send("POST", "/v1/agents/" + agent + "/sessions/" + id + ":archive", "{}");
      }
    }

    JsonNode first = list(agent, "archives", "GONE", "&pageSize=1");
    JsonNode second = list(agent, "archives", "GONE", "&pageSize=1&pageToken=" + token(first));

    assertThat(keys(first)).containsExactly("api:gone-2");
    assertThat(keys(second)).containsExactly("api:gone-1");
    assertThat(second.has("nextPageToken")).isFalse();
  }

  @Test
  void search_pages_goThroughAllOnce() {
    UUID agent = server.agent("acme");
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      make(agent, (i % 2 == 0 ? "even-" : "odd-") + i, null);
      if (i % 2 == 0) {
        wanted.add(0, "even-" + i);
      }
    }

    List<String> found = new ArrayList<>();
    JsonNode page = list(agent, "sessions", "even", "&pageSize=4");
    found.addAll(keys(page));
    page = list(agent, "sessions", "even", "&pageSize=4&pageToken=" + token(page));
    found.addAll(keys(page));

    assertThat(found).isEqualTo(wanted);
  }

  @Test
  void search_tokenOfOtherSearch_refused() {
    UUID agent = server.agent("acme");
    make(agent, "even-1", null);
    make(agent, "even-2", null);
    String token = token(list(agent, "sessions", "even", "&pageSize=1"));

    for (String other : List.of("", "?search=eve", "?search=even-")) {
      String path = "/v1/agents/" + agent + "/sessions" + other;
      HttpResponse<String> answer =
          server.send(
              "GET",
              path + (other.isEmpty() ? "?" : "&") + "pageToken=" + token,
              server.rootKey(),
              null);

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("INVALID_PAGE_TOKEN");
    }
  }

  @Test
  void search_tooLong_refused() {
    UUID agent = server.agent("acme");
    String path = "/v1/agents/" + agent + "/sessions?search=";

    assertThat(server.send("GET", path + "s".repeat(255), server.rootKey(), null).statusCode())
        .isEqualTo(200);
    HttpResponse<String> answer =
        server.send("GET", path + "s".repeat(256), server.rootKey(), null);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(JsonBodies.text(answer.body(), "/error/details/1/fieldViolations/0/field"))
        .isEqualTo("search");
  }

  private static String make(UUID agent, String key, String label) {
    String body =
        label == null
            ? "{\"key\":" + JsonBodies.quote(key) + "}"
            : "{\"key\":" + JsonBodies.quote(key) + ",\"label\":" + JsonBodies.quote(label) + "}";
    return send("POST", "/v1/agents/" + agent + "/sessions", body).get("sessionId").asText();
  }

  private static JsonNode list(UUID agent, String what, String part, String more) {
    String query = "?search=" + URLEncoder.encode(part, StandardCharsets.UTF_8) + more;
    return send("GET", "/v1/agents/" + agent + "/" + what + query, null);
  }

  private static JsonNode send(String method, String path, String body) {
    HttpResponse<String> answer = server.send(method, path, server.rootKey(), body);
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return JsonBodies.tree(answer.body());
  }

  private static List<String> keys(JsonNode page) {
    return page.findValuesAsText("key");
  }

  private static String token(JsonNode page) {
    return page.get("nextPageToken").asText();
  }
}
