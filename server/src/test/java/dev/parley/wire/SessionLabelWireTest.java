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

class SessionLabelWireTest {
  private static ServerFixture server;
  private UUID agentId;
  private String sessions;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void createAgent() {
    agentId = server.agent("acme");
    sessions = "/v1/agents/" + agentId + "/sessions";
  }

  private static HttpResponse<String> send(String method, String path, String body) {
    return server.send(method, path, server.rootKey(), body);
  }

  private JsonNode create(String key, String labels) {
    HttpResponse<String> answer =
        send("POST", sessions, "{\"key\":\"%s\",\"labels\":%s}".formatted(key, labels));
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return JsonBodies.tree(answer.body());
  }

  private List<String> keys(String filter, String orderBy) {
    String query =
        "?filter="
            + URLEncoder.encode(filter, StandardCharsets.UTF_8)
            + "&orderBy="
            + URLEncoder.encode(orderBy, StandardCharsets.UTF_8);
    HttpResponse<String> answer = send("GET", sessions + query, null);
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    List<String> keys = new ArrayList<>();
    JsonBodies.tree(answer.body())
        .get("sessions")
        .forEach(session -> keys.add(session.get("key").asText()));
    return keys;
  }

  @Test
  void labels_areKeptAndFound() {
    JsonNode first = create("first", "{\"team\":\"a\",\"stage\":\"\"}");
    create("second", "{\"team\":\"a\"}");
    create("third", "{\"team\":\"b\"}");

    assertThat(first.get("labels").toString()).isEqualTo("{\"stage\":\"\",\"team\":\"a\"}");
    assertThat(keys("labels.team = a", "")).containsExactly("second", "first");
    assertThat(keys("labels.team = \"a\"", "create_time")).containsExactly("first", "second");
    assertThat(keys("labels.stage = \"\"", "")).containsExactly("first");
    assertThat(send("GET", sessions + ":count?filter=labels.team%20%3D%20a", null).body())
        .isEqualTo("{\"count\":2,\"more\":false}");

    send(
        "POST",
        "/v1/agents/" + agentId + "/messages:append",
        "{\"key\":\"first\",\"messages\":[{\"role\":\"USER\",\"content\":\"x\"}]}");
    assertThat(keys("labels.team = a", "")).containsExactly("first", "second");
  }

  @Test
  void update_replacesAllLabels() {
    String session = sessions + "/" + create("key", "{\"a\":\"1\"}").get("sessionId").asText();

    JsonNode replaced =
        JsonBodies.tree(
            send("PATCH", session + "?updateMask=labels", "{\"labels\":{\"b\":\"2\"}}").body());
    assertThat(replaced.get("labels").toString()).isEqualTo("{\"b\":\"2\"}");
    assertThat(keys("labels.a = 1", "")).isEmpty();
    assertThat(keys("labels.b = 2", "")).containsExactly("key");

    JsonNode renamed = JsonBodies.tree(send("PATCH", session, "{\"label\":\"x\"}").body());
    assertThat(renamed.get("labels").toString()).isEqualTo("{\"b\":\"2\"}");

    JsonNode cleared = JsonBodies.tree(send("PATCH", session + "?updateMask=labels", "{}").body());
    assertThat(cleared.has("labels")).isFalse();
    assertThat(keys("labels.b = 2", "")).isEmpty();
  }

  @Test
  void readMask_selectsLabels() {
    create("key", "{\"a\":\"1\"}");

    JsonNode listed =
        JsonBodies.tree(send("GET", sessions + "?readMask=labels", null).body())
            .get("sessions")
            .get(0);
    assertThat(listed.get("labels").toString()).isEqualTo("{\"a\":\"1\"}");
    assertThat(listed.has("key")).isFalse();
  }

  @Test
  void invalidLabels_areRefusedWithTheirName() {
    String body = "{\"labels\":{\"A\":\"1\",\"b\":\"%s\"}}".formatted("x".repeat(256));
    HttpResponse<String> answer = send("POST", sessions, body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("labels.A", "labels.b", "255 characters");
    HttpResponse<String> operator = send("GET", sessions + "?filter=labels.a%3A1", null);
    assertThat(JsonBodies.text(operator.body(), "/error/details/0/reason"))
        .isEqualTo("FILTER_NOT_INDEXED");
  }
}
