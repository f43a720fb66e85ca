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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionFilterWireTest {
  private static ServerFixture server;
  private UUID one;
  private UUID two;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void createSessions() {
    one = server.agent("acme");
    two = server.agent("acme");
    for (UUID agentId : List.of(one, two)) {
      for (String user : List.of("ada", "bob")) {
        String body = "{\"key\":\"%s %s\",\"user\":\"%s\"}".formatted(user, agentId, user);
        server.send("POST", "/v1/agents/" + agentId + "/sessions", server.rootKey(), body);
      }
    }
  }

  private static HttpResponse<String> list(String key, Object agentId, String filter) {
    String query = URLEncoder.encode(filter, StandardCharsets.UTF_8);
    return server.send("GET", "/v1/agents/" + agentId + "/sessions?filter=" + query, key, null);
  }

  private static List<String> keys(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    List<String> keys = new ArrayList<>();
    for (JsonNode session : JsonBodies.tree(answer.body()).get("sessions")) {
      keys.add(session.get("key").asText());
    }
    return keys;
  }

  @Test
  void agentKey_listsTheSessionsOfOneUser() {
    String key = server.agentKey(one, "chat");

    assertThat(keys(list(key, one, "user = \"ada\""))).containsExactly("ada " + one);
    assertThat(keys(list(key, "-", "user=ada"))).containsExactly("ada " + one);
    assertThat(list(key, two, "user=ada").statusCode()).isEqualTo(403);
  }

  @Test
  void rootKey_listsAUserOverAllAgentsOfAnOwner() {
    assertThat(keys(list(server.rootKey(), "-", "owner=acme AND user=bob")))
        .contains("bob " + one, "bob " + two)
        .noneMatch(key -> key.startsWith("ada"));
  }

  @Test
  void count_isThatOfTheList() {
    String key = server.agentKey(one, "chat");

    assertThat(count(key, "user=ada")).isEqualTo("{\"count\":1,\"more\":false}");
    assertThat(count(key, "user=nobody")).isEqualTo("{\"count\":0,\"more\":false}");
  }

  private static String count(String key, String filter) {
    return server
        .send(
            "GET",
            "/v1/agents/-/sessions:count?filter="
                + URLEncoder.encode(filter, StandardCharsets.UTF_8),
            key,
            null)
        .body();
  }

  @Test
  void refusedFilters_nameTheProblem() {
    HttpResponse<String> unknown = list(server.rootKey(), one, "user = ada AND color = red");
    HttpResponse<String> notIndexed = list(server.rootKey(), one, "label = x");
    HttpResponse<String> both =
        server.send(
            "GET",
            "/v1/agents/" + one + "/sessions?filter=user%3Dada&search=x",
            server.rootKey(),
            null);

    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(JsonBodies.text(unknown.body(), "/error/message")).contains("position 16", "color");
    assertThat(notIndexed.statusCode()).isEqualTo(400);
    assertThat(JsonBodies.text(notIndexed.body(), "/error/details/0/reason"))
        .isEqualTo("FILTER_NOT_INDEXED");
    assertThat(JsonBodies.text(both.body(), "/error/details/1/fieldViolations/0/field"))
        .isEqualTo("search");
    assertThat(list(server.rootKey(), one, "user=" + "x".repeat(1_020)).statusCode())
        .isEqualTo(400);
    assertThat(list(server.rootKey(), one, "user=" + "x".repeat(1_019)).statusCode())
        .isEqualTo(200);
  }

  @Test
  void orderBy_listsInEachOrderByPages() {
    String key = server.agentKey(one, "chat");
    String ada = "ada " + one;
    String bob = "bob " + one;
    String append = "{\"key\":\"%s\",\"messages\":[{\"role\":\"USER\",\"content\":\"x\"}]}";
    server.send("POST", "/v1/agents/" + one + "/messages:append", key, append.formatted(ada));

    assertThat(ordered(key, one, "")).containsExactly(ada, bob);
    assertThat(ordered(key, "-", "update_time desc")).containsExactly(ada, bob);
    assertThat(ordered(key, "-", "update_time")).containsExactly(bob, ada);
    assertThat(ordered(key, one, "create_time desc")).containsExactly(bob, ada);
    assertThat(ordered(key, one, "create_time")).containsExactly(ada, bob);
  }

  private static List<String> ordered(String key, Object agentId, String orderBy) {
    String query = "?pageSize=1&orderBy=" + URLEncoder.encode(orderBy, StandardCharsets.UTF_8);
    List<String> keys = new ArrayList<>();
    String token = "";
    do {
      HttpResponse<String> answer =
          server.send(
              "GET",
              "/v1/agents/" + agentId + "/sessions" + query + "&pageToken=" + token,
              key,
              null);
      keys.addAll(keys(answer));
      token = JsonBodies.tree(answer.body()).path("nextPageToken").asText();
    } while (!token.isEmpty());
    return keys;
  }

  @Test
  void orderBy_withoutIndex_isRefused() {
    String path = "/v1/agents/" + one + "/sessions?orderBy=";
    HttpResponse<String> notIndexed = server.send("GET", path + "label", server.rootKey(), null);
    HttpResponse<String> unknown = server.send("GET", path + "color", server.rootKey(), null);
    HttpResponse<String> both =
        server.send("GET", path + "create_time&search=x", server.rootKey(), null);

    assertThat(notIndexed.statusCode()).isEqualTo(400);
    assertThat(JsonBodies.text(notIndexed.body(), "/error/details/0/reason"))
        .isEqualTo("FILTER_NOT_INDEXED");
    assertThat(JsonBodies.text(unknown.body(), "/error/details/1/fieldViolations/0/field"))
        .isEqualTo("orderBy");
    assertThat(JsonBodies.text(both.body(), "/error/details/1/fieldViolations/0/field"))
        .isEqualTo("search");
    // At most 64 characters.
    assertThat(
            server
                .send("GET", path + "update_time" + "%20".repeat(53), server.rootKey(), null)
                .statusCode())
        .isEqualTo(200);
    assertThat(
            server
                .send("GET", path + "update_time" + "%20".repeat(54), server.rootKey(), null)
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void showArchived_listsActiveAndArchivedSessionsByCreateTime() {
    String key = server.agentKey(one, "chat");
    String path = "/v1/agents/" + one + "/sessions";
    HttpResponse<String> ofAda = list(server.rootKey(), one, "user = ada");
    String id = JsonBodies.text(ofAda.body(), "/sessions/0/sessionId");
    server.send("POST", path + "/" + id + ":archive", server.rootKey(), "{}");

    String both = path + "?showArchived=true&orderBy=create_time";
    assertThat(keys(server.send("GET", both, key, null)))
        .containsExactly("ada " + one, "bob " + one);
    assertThat(keys(server.send("GET", both + "%20desc&filter=user%3Dada", key, null)))
        .containsExactly("ada " + one);
    assertThat(keys(server.send("GET", path + "?orderBy=create_time", key, null)))
        .containsExactly("bob " + one);
    HttpResponse<String> byUpdate = server.send("GET", path + "?showArchived=true", key, null);
    assertThat(byUpdate.statusCode()).isEqualTo(400);
    assertThat(JsonBodies.text(byUpdate.body(), "/error/details/0/reason"))
        .isEqualTo("FILTER_NOT_INDEXED");
    assertThat(server.send("GET", both + "&search=a", key, null).body())
        .contains("must not be set with filter, order_by or show_archived");
  }

  @Test
  void wildcard_onlyWhereItIsDocumented() {
    assertThat(server.send("GET", "/v1/agents/-/archives", server.rootKey(), null).statusCode())
        .isEqualTo(400);
    assertThat(server.send("GET", "/v1/agents/-", server.rootKey(), null).statusCode())
        .isEqualTo(400);
  }
}
