package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A new agent with a key for all of its sessions, and requests to the Conversations API. */
final class OpenAIFixture {
  static final String CONVERSATIONS = "/v1/conversations";

  final UUID agentId;
  final String key;
  private final ServerFixture server;

  OpenAIFixture(ServerFixture server) {
    this.server = server;
    agentId = server.agent("owner-" + UUID.randomUUID());
    key =
        server.key(
            "{\"type\":\"AGENT\",\"agentId\":\"%s\",\"scopes\":[\"chat\",\"agent:manage\"]}"
                .formatted(agentId));
  }

  private OpenAIFixture(ServerFixture server, UUID agentId, String key) {
    this.server = server;
    this.agentId = agentId;
    this.key = key;
  }

  /** The same agent and key, on a server that was started again. */
  OpenAIFixture on(ServerFixture restarted) {
    return new OpenAIFixture(restarted, agentId, key);
  }

  /** The answer to a request with additional headers: names and values in turn. */
  HttpResponse<String> send(String method, String path, @Nullable String body, String... headers) {
    return server.send(
        request -> {
          request.header("Authorization", "Bearer " + key);
          for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
          }
          if (body != null) {
            request.header("Content-Type", "application/json");
          }
          return request.method(
              method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        },
        CONVERSATIONS + path);
  }

  JsonNode ok(String method, String path, @Nullable String body, String... headers) {
    HttpResponse<String> answer = send(method, path, body, headers);
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return JsonBodies.tree(answer.body());
  }

  /** The path of a new conversation. */
  String create(String body) {
    return "/" + ok("POST", "", body).get("id").asText();
  }

  /** Appends items in JSON, and returns those of the answer. */
  JsonNode append(String conversation, String items, String... headers) {
    return ok("POST", conversation + "/items", "{\"items\":[" + items + "]}", headers).get("data");
  }

  /** All items, oldest first, in pages. */
  List<JsonNode> items(String conversation) {
    List<JsonNode> items = new ArrayList<>();
    String after = "";
    while (true) {
      JsonNode page = ok("GET", conversation + "/items?order=asc&limit=100" + after, null);
      page.get("data").forEach(items::add);
      if (!page.get("has_more").asBoolean()) {
        return items;
      }
      after = "&after=" + page.get("last_id").asText();
    }
  }

  /** The session of a conversation, as the native API names it. */
  String nativePath(String conversation) {
    String digits = conversation.substring("/conv_".length());
    return "/v1/agents/"
        + agentId
        + "/sessions/"
        + digits.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }

  /** What the native API answers. */
  JsonNode natively(String method, String path, @Nullable String body) {
    HttpResponse<String> answer = server.send(method, path, key, body);
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return JsonBodies.tree(answer.body());
  }

  /** Appends messages through the native API. */
  void appendNatively(String conversation, String messages) {
    String path = nativePath(conversation);
    String sessionId = path.substring(path.lastIndexOf('/') + 1);
    var unused =
        natively(
            "POST",
            "/v1/agents/" + agentId + "/messages:append",
            "{\"sessionId\":\"%s\",\"messages\":[%s]}".formatted(sessionId, messages));
  }

  void archive(String conversation) {
    var unused = natively("POST", nativePath(conversation) + ":archive", "{}");
  }

  /** The text of a message, or the output of a function. */
  static String text(JsonNode item) {
    return item.has("output") ? item.get("output").asText() : item.at("/content/0/text").asText();
  }

  static String user(String text) {
    return "{\"role\":\"user\",\"content\":" + JsonBodies.quote(text) + "}";
  }
}
