package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.config.Setting;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The native API over REST, from the creation of a session to the deletion of its agent. */
class NativeWireTest {
  private static final int CONTENT_BYTES_MAX = 2000;
  private static ServerFixture server;
  private UUID agentId;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .flag(Setting.CONTENT_BYTES_MAX, Integer.toString(CONTENT_BYTES_MAX))
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeAgent() {
    agentId = server.agent("acme");
  }

  private HttpResponse<String> send(String method, String path, String body) {
    return server.send(method, "/v1/agents/" + agentId + path, server.rootKey(), body);
  }

  private JsonNode ok(String method, String path, String body) {
    HttpResponse<String> answer = send(method, path, body);
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return JsonBodies.tree(answer.body());
  }

  private static void fails(HttpResponse<String> answer, int status, String reason) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    assertThat(JsonBodies.tree(answer.body()).at("/error/code").asInt()).isEqualTo(status);
    assertThat(JsonBodies.text(answer.body(), "/error/details/0/reason")).isEqualTo(reason);
  }

  private JsonNode append(String key, String... ids) {
    List<String> messages = new ArrayList<>();
    for (String id : ids) {
      messages.add(
          "{\"messageId\":\"%s\",\"role\":\"USER\",\"content\":\"text %s\"}".formatted(id, id));
    }
    return ok(
        "POST",
        "/messages:append",
        "{\"key\":\"%s\",\"createIfMissing\":true,\"messages\":%s}".formatted(key, messages));
  }

  @Test
  void session_allFields_comeBack() {
    String body =
        """
        {"key":"k","label":"L","user":"u","client":"c","agentVersion":"2.1","chatType":"direct",
         "lastChannel":"webchat","origin":{"b":1.0,"a":[]},"metadata":{"x":null}}""";
    JsonNode made = ok("POST", "/sessions", body);
    JsonNode read = ok("GET", "/sessions/" + made.get("sessionId").asText(), null);
    assertThat(read).isEqualTo(made);
    for (String field : List.of("key", "label", "user", "client", "agentVersion", "chatType")) {
      assertThat(read.get(field)).isEqualTo(JsonBodies.tree(body).get(field));
    }
    assertThat(read.get("origin").toString()).isEqualTo("{\"b\":1.0,\"a\":[]}");
    assertThat(read.get("metadata").toString()).isEqualTo("{\"x\":null}");
  }

  @Test
  void session_noKey_getsOne() {
    assertThat(ok("POST", "/sessions", "{}").get("key").asText()).matches("api:[0-9a-f]{12}");
    assertThat(ok("POST", "/sessions", null).get("key").asText()).matches("api:[0-9a-f]{12}");
  }

  @Test
  void session_keyInUse_409WithWhoHoldsIt() {
    String id = ok("POST", "/sessions", "{\"key\":\"k\"}").get("sessionId").asText();
    HttpResponse<String> answer = send("POST", "/sessions", "{\"key\":\"k\"}");
    fails(answer, 409, "KEY_IN_USE");
    assertThat(JsonBodies.text(answer.body(), "/error/details/0/metadata/session_id"))
        .isEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource({
    "key, 255",
    "label, 255",
    "user, 255",
    "client, 255",
    "agentVersion, 64",
    "chatType, 64",
    "lastChannel, 64"
  })
  void session_textAtAndPastItsBound(String field, int bound) {
    ok("POST", "/sessions", "{\"%s\":\"%s\"}".formatted(field, "é".repeat(bound)));
    HttpResponse<String> past =
        send("POST", "/sessions", "{\"%s\":\"%s\"}".formatted(field, "é".repeat(bound + 1)));
    fails(past, 400, "INVALID_FIELD");
    assertThat(JsonBodies.text(past.body(), "/error/details/1/fieldViolations/0/field"))
        .isEqualTo(field);
    int control = send("POST", "/sessions", "{\"%s\":\"a\\u0000\"}".formatted(field)).statusCode();
    assertThat(control).isEqualTo(field.equals("label") ? 200 : 400);
  }

  @ParameterizedTest
  @CsvSource({"origin", "metadata"})
  void session_jsonAtAndPastItsBound(String field) {
    String frame = "{\"a\":\"\"}";
    String at = "{\"a\":\"" + "x".repeat(65_536 - frame.length()) + "\"}";
    ok("POST", "/sessions", "{\"%s\":%s}".formatted(field, at));
    fails(
        send("POST", "/sessions", "{\"%s\":%s }".formatted(field, at.replace("x\"", "xx\""))),
        400,
        "INVALID_FIELD");
    fails(send("POST", "/sessions", "{\"%s\":[]}".formatted(field)), 400, "INVALID_FIELD");
  }

  @Test
  void update_mask_changesOnlyWhatItNames() {
    JsonNode made = ok("POST", "/sessions", "{\"key\":\"k\",\"label\":\"L\",\"user\":\"u\"}");
    String path = "/sessions/" + made.get("sessionId").asText();

    JsonNode updated =
        ok("PATCH", path + "?updateMask=label,chatType", "{\"chatType\":\"group\",\"user\":\"x\"}");

    assertThat(updated.has("label")).isFalse();
    assertThat(updated.get("chatType").asText()).isEqualTo("group");
    assertThat(updated.get("user").asText()).isEqualTo("u");
    assertThat(updated.get("updateTime")).isEqualTo(made.get("updateTime"));
    assertThat(updated.get("etag")).isNotEqualTo(made.get("etag"));
    assertThat(ok("PATCH", path, "{\"user\":\"v\"}").get("chatType").asText()).isEqualTo("group");
    fails(send("PATCH", path + "?updateMask=key", "{}"), 400, "INVALID_FIELD");
  }

  @Test
  void update_staleEtag_409WithThePresentOne() {
    JsonNode made = ok("POST", "/sessions", "{\"key\":\"k\"}");
    String path = "/sessions/" + made.get("sessionId").asText();
    String etag = JsonBodies.quote(made.get("etag").asText());
    append("k", "m1");
    JsonNode updated = ok("PATCH", path, "{\"label\":\"a\",\"etag\":" + etag + "}");

    HttpResponse<String> stale = send("PATCH", path, "{\"label\":\"b\",\"etag\":" + etag + "}");

    fails(stale, 409, "ETAG_MISMATCH");
    assertThat(JsonBodies.text(stale.body(), "/error/details/0/metadata/etag"))
        .isEqualTo(updated.get("etag").asText());
    assertThat(ok("GET", path, null).get("label").asText()).isEqualTo("a");
  }

  @Test
  void archive_readOnlyUntilRestored() {
    JsonNode made = append("k", "m1", "m2").get("session");
    String id = made.get("sessionId").asText();
    JsonNode archived = ok("POST", "/sessions/" + id + ":archive", "{}");
    assertThat(archived.get("archiveFilename").asText())
        .matches(id + "\\.jsonl\\.archived\\.\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d\\.\\d{3}Z");
    assertThat(ok("GET", "/sessions", null).get("sessions")).isEmpty();
    assertThat(ok("GET", "/archives", null).get("archives")).hasSize(1);
    assertThat(ok("GET", "/sessions/" + id + "/messages", null).get("messages")).hasSize(2);
    fails(send("GET", "/keys/k", null), 404, "SESSION_NOT_FOUND");
    String append = "{\"sessionId\":\"%s\",\"messages\":[{\"role\":\"USER\",\"content\":\"\"}]}";
    fails(send("POST", "/messages:append", append.formatted(id)), 400, "SESSION_ARCHIVED");
    fails(send("PATCH", "/sessions/" + id, "{\"label\":\"x\"}"), 400, "SESSION_ARCHIVED");
    fails(send("POST", "/sessions/" + id + ":archive", null), 400, "SESSION_ARCHIVED");
    JsonNode restored = ok("POST", "/sessions/" + id + ":restore", null);
    assertThat(restored.has("archiveTime")).isFalse();
    assertThat(ok("GET", "/keys/k", null)).isEqualTo(restored);
    fails(send("POST", "/sessions/" + id + ":restore", null), 400, "SESSION_ACTIVE");
  }

  @Test
  void archive_nativeFilename_isKnownToGuayaba() {
    String id = append("k", "m1").at("/session/sessionId").asText();
    String filename =
        ok("POST", "/sessions/" + id + ":archive", null).get("archiveFilename").asText();
    ContractClient client =
        ContractClient.of(server, "guayaba", "/api/v1/agents/" + agentId).with(server.rootKey());
    assertThat(
            client
                .post("/archives/restore", "{\"filename\":\"%s\"}".formatted(filename))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void append_repeated_answersTheStored() {
    JsonNode first = append("k", "m1", "m2");
    JsonNode again = append("k", "m1", "m2");
    assertThat(again).isEqualTo(first);
    HttpResponse<String> other =
        send(
            "POST",
            "/messages:append",
            """
            {"key":"k","messages":[{"messageId":"m1","role":"USER","content":"other"}]}""");
    fails(other, 409, "MESSAGE_ID_REUSED");
    assertThat(JsonBodies.text(other.body(), "/error/details/0/metadata/message_id"))
        .isEqualTo("m1");
  }

  @Test
  void append_idsGivenAndLeftToTheServer_eachKnownWhenItComesAgain() {
    JsonNode first = append("k", "m1", "");
    JsonNode second = append("k", "", "m1");
    String drawn = first.at("/messages/1/messageId").asText();
    JsonNode third =
        ok(
            "POST",
            "/messages:append",
            """
            {"key":"k","messages":[{"messageId":"%s","role":"USER","content":"text "}]}"""
                .formatted(drawn));

    assertThat(sequences(first)).containsExactly("1", "2");
    assertThat(sequences(second)).containsExactly("3", "1");
    assertThat(third.at("/messages/0")).isEqualTo(first.at("/messages/1"));
  }

  private static List<String> sequences(JsonNode appended) {
    return appended.get("messages").findValuesAsText("sequence");
  }

  @Test
  void append_staleHead_409WithTheHead() {
    append("k", "m1", "m2");
    String body =
        """
        {"key":"k","expectedHeadSequence":%d,"messages":[{"role":"USER","content":"x"}]}""";
    HttpResponse<String> stale = send("POST", "/messages:append", body.formatted(1));
    fails(stale, 409, "STALE_SEQUENCE");
    assertThat(JsonBodies.text(stale.body(), "/error/details/0/metadata/head_sequence"))
        .isEqualTo("2");
    ok("POST", "/messages:append", body.formatted(2));
  }

  @Test
  void append_contentAtAndPastItsBound() {
    String body =
        """
        {"key":"k","createIfMissing":true,"messages":[
          {"role":"USER","content":"ok"},{"role":"USER","content":"%s"}]}""";
    ok("POST", "/messages:append", body.formatted("x".repeat(CONTENT_BYTES_MAX)));
    HttpResponse<String> past =
        send("POST", "/messages:append", body.formatted("x".repeat(CONTENT_BYTES_MAX + 1)));
    fails(past, 400, "INVALID_FIELD");
    assertThat(JsonBodies.text(past.body(), "/error/details/1/fieldViolations/0/field"))
        .isEqualTo("messages[1].content");
    assertThat(ok("GET", "/keys/k", null).get("headSequence").asText()).isEqualTo("2");
  }

  @ParameterizedTest
  @CsvSource({"0, 400", "1, 200", "1000, 200", "1001, 400"})
  void append_messageCountAtAndPastItsBounds(int count, int status) {
    String message = "{\"role\":\"USER\",\"content\":\"\"}";
    String messages = String.join(",", Collections.nCopies(count, message));
    assertThat(
            send(
                    "POST",
                    "/messages:append",
                    "{\"key\":\"k\",\"createIfMissing\":true,\"messages\":[%s]}"
                        .formatted(messages))
                .statusCode())
        .isEqualTo(status);
  }

  @Test
  void update_nothing_keepsTheEtag() {
    JsonNode made = ok("POST", "/sessions", "{\"key\":\"k\",\"label\":\"L\"}");
    String path = "/sessions/" + made.get("sessionId").asText();
    assertThat(ok("PATCH", path, "{\"label\":\"L\"}")).isEqualTo(made);
    assertThat(ok("PATCH", path, "{}")).isEqualTo(made);
  }

  @Test
  void append_createIfMissingWithAnId_400() {
    HttpResponse<String> answer =
        send(
            "POST",
            "/messages:append",
            """
            {"sessionId":"%s","createIfMissing":true,"messages":[{"role":"USER","content":"x"}]}"""
                .formatted(UUID.randomUUID()));
    fails(answer, 400, "INVALID_FIELD");
    assertThat(JsonBodies.text(answer.body(), "/error/details/1/fieldViolations/0/field"))
        .isEqualTo("createIfMissing");
  }

  @Test
  void append_unknownKey_404AndBadOnesRefused() {
    String messages = "\"messages\":[{\"role\":\"USER\",\"content\":\"x\"}]}";
    fails(send("POST", "/messages:append", "{\"key\":\"k\"," + messages), 404, "SESSION_NOT_FOUND");
    fails(send("POST", "/messages:append", "{" + messages), 400, "INVALID_FIELD");
    fails(
        send("POST", "/messages:append", "{\"key\":\"k\",\"sessionId\":\"x\"," + messages),
        400,
        "INVALID_FIELD");
    fails(
        send("POST", "/messages:append", "{\"sessionId\":\"x\"," + messages), 400, "INVALID_FIELD");
  }

  @Test
  void listMessages_pagesFromEitherEnd() {
    String id = append("k", "m1", "m2", "m3", "m4", "m5").at("/session/sessionId").asText();
    String path = "/sessions/" + id + "/messages?pageSize=2";
    assertThat(pages(path, "messages", "messageId")).containsExactly("m5", "m4", "m3", "m2", "m1");
    assertThat(pages(path + "&order=OLDEST_FIRST", "messages", "messageId"))
        .containsExactly("m1", "m2", "m3", "m4", "m5");
    fails(send("GET", path + "&order=SIDEWAYS", null), 400, "INVALID_FIELD");
  }

  @Test
  void listSessions_pages_newestFirst() {
    for (String key : List.of("a", "b", "c", "d", "e")) {
      append(key, "m");
    }
    append("a", "n");
    assertThat(pages("/sessions?pageSize=2", "sessions", "key"))
        .containsExactly("a", "e", "d", "c", "b");
  }

  private List<String> pages(String path, String list, String field) {
    List<String> found = new ArrayList<>();
    String token = "";
    for (int page = 0; page < 10; page++) {
      JsonNode answer = ok("GET", path + "&pageToken=" + token, null);
      assertThat(answer.get(list).size()).isLessThanOrEqualTo(2);
      answer.get(list).forEach(item -> found.add(item.get(field).asText()));
      if (!answer.has("nextPageToken")) {
        return found;
      }
      token = answer.get("nextPageToken").asText();
    }
    throw new AssertionError("The pages do not end.");
  }

  @Test
  void pageToken_ofAnotherCallerQueryOrMade_400() {
    append("a", "m");
    append("b", "m");
    String token = ok("GET", "/sessions?pageSize=1", null).get("nextPageToken").asText();
    String master = server.masterKey("acme");
    String path = "/v1/agents/" + agentId;
    fails(
        server.send("GET", path + "/sessions?pageToken=" + token, master, null),
        400,
        "INVALID_PAGE_TOKEN");
    fails(send("GET", "/archives?pageToken=" + token, null), 400, "INVALID_PAGE_TOKEN");
    fails(send("GET", "/sessions?pageToken=x" + token, null), 400, "INVALID_PAGE_TOKEN");
    fails(send("GET", "/sessions?pageToken=@", null), 400, "INVALID_PAGE_TOKEN");
    String flipped = token.substring(0, token.length() - 2) + "AA";
    fails(send("GET", "/sessions?pageToken=" + flipped, null), 400, "INVALID_PAGE_TOKEN");
    ok("GET", "/sessions?pageSize=7&pageToken=" + token, null);
  }

  @Test
  void deleteAgent_takesEverythingWithIt() {
    String id = append("k", "m1").at("/session/sessionId").asText();
    String key = server.agentKey(agentId, "chat");
    assertThat(send("DELETE", "", null).body()).isEqualTo("{}");
    fails(send("GET", "/sessions/" + id, null), 404, "AGENT_NOT_FOUND");
    assertThat(server.send("GET", "/v1/agents/" + agentId, key, null).statusCode()).isEqualTo(401);
    fails(send("DELETE", "", null), 404, "AGENT_NOT_FOUND");
  }

  @Test
  void agent_idTaken_409() {
    fails(
        server.send(
            "POST",
            "/v1/agents",
            server.rootKey(),
            "{\"agentId\":\"%s\",\"owner\":\"x\"}".formatted(agentId)),
        409,
        "AGENT_EXISTS");
    fails(server.send("POST", "/v1/agents", server.rootKey(), "{}"), 400, "INVALID_FIELD");
  }

  @Test
  void delete_staleEtag_409AndAllowMissing() {
    String path = "/sessions/" + ok("POST", "/sessions", "{}").get("sessionId").asText();
    HttpResponse<String> stale = send("DELETE", path + "?etag=%22ff%22", null);

    fails(stale, 409, "ETAG_MISMATCH");
    assertThat(JsonBodies.text(stale.body(), "/error/details/0/metadata/etag"))
        .isEqualTo(ok("GET", path, null).get("etag").asText());
    ok("DELETE", path + "?etag=%221%22", null);
    fails(send("DELETE", path, null), 404, "SESSION_NOT_FOUND");
    ok("DELETE", path + "?allowMissing=true", null);
  }
}
