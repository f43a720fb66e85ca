package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The profile of an agent, over REST. */
class AgentWireTest {
  private static ServerFixture server;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> send(String method, String path, String body) {
    return server.send(method, "/v1/agents" + path, server.rootKey(), body);
  }

  private static JsonNode ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return JsonBodies.tree(answer.body());
  }

  private static void fails(HttpResponse<String> answer, int status, String reason) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    assertThat(JsonBodies.text(answer.body(), "/error/details/0/reason")).isEqualTo(reason);
  }

  private static JsonNode create() {
    return ok(
        send(
            "POST",
            "",
            """
            {"owner":"acme","displayName":"Weather","description":"Knows the sky."}"""));
  }

  @Test
  void create_named_isShownAndListed() {
    JsonNode created = create();
    String path = "/" + created.get("agentId").asText();

    assertThat(created.get("displayName").asText()).isEqualTo("Weather");
    assertThat(created.get("description").asText()).isEqualTo("Knows the sky.");
    assertThat(ok(send("GET", path, null))).isEqualTo(created);
    assertThat(ok(send("GET", "?owner=acme", null)).get("agents")).contains(created);
  }

  @Test
  void update_onlyNamedFieldsChange() {
    JsonNode created = create();
    String path = "/" + created.get("agentId").asText();

    JsonNode renamed = ok(send("PATCH", path, "{\"displayName\":\"Sky\"}"));
    JsonNode cleared = ok(send("PATCH", path + "?updateMask=description", "{}"));

    assertThat(renamed.get("displayName").asText()).isEqualTo("Sky");
    assertThat(renamed.get("description").asText()).isEqualTo("Knows the sky.");
    assertThat(renamed.get("etag")).isNotEqualTo(created.get("etag"));
    assertThat(cleared.get("displayName").asText()).isEqualTo("Sky");
    assertThat(cleared.has("description")).isFalse();
  }

  @Test
  void update_staleEtag_409AndNothingChanges() {
    JsonNode created = create();
    String path = "/" + created.get("agentId").asText();
    String body = "{\"displayName\":\"%s\",\"etag\":" + created.get("etag") + "}";
    JsonNode first = ok(send("PATCH", path, body.formatted("first")));

    HttpResponse<String> stale = send("PATCH", path, body.formatted("second"));

    fails(stale, 409, "ETAG_MISMATCH");
    assertThat(JsonBodies.text(stale.body(), "/error/details/0/metadata/etag"))
        .isEqualTo(first.get("etag").asText());
    assertThat(ok(send("GET", path, null))).isEqualTo(first);
  }

  @Test
  void names_upToTheirLimits() {
    String path = "/" + create().get("agentId").asText();
    String name = "\uD83E\uDD9C".repeat(255);
    String description = "\n".repeat(1024).replace("\n", "\\n");

    ok(send("PATCH", path, "{\"displayName\":\"%s\"}".formatted(name)));
    ok(send("PATCH", path, "{\"description\":\"%s\"}".formatted(description)));
    fails(send("PATCH", path, "{\"displayName\":\"%sx\"}".formatted(name)), 400, "INVALID_FIELD");
    fails(send("PATCH", path, "{\"displayName\":\"a\\n\"}"), 400, "INVALID_FIELD");
    fails(
        send("PATCH", path, "{\"description\":\"%sx\"}".formatted(description)),
        400,
        "INVALID_FIELD");
  }
}
