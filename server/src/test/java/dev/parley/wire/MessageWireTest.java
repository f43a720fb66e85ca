package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single messages, batches and filtered lists of the native API over REST. */
class MessageWireTest {
  private static ServerFixture server;
  private UUID agentId;
  private String session;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void appendFour() {
    agentId = server.agent("acme");
    JsonNode appended =
        ok(
            send(
                "POST",
                "/messages:append",
                """
                {"key":"k","createIfMissing":true,"messages":[
                 {"messageId":"a","role":"USER","content":"one","metadata":{"x":1}},
                 {"messageId":"b/c?","role":"ASSISTANT","content":[{"t":"two"}],"runId":"run-1"},
                 {"messageId":"lookup","role":"TOOL","content":"three"},
                 {"messageId":"d","role":"USER","content":"four","runId":"run-1"}]}"""));
    session = "/sessions/" + appended.at("/session/sessionId").asText();
  }

  @Test
  void clientTime_storedInMicrosecondsAndShownByOtherApis() {
    ok(
        send(
            "POST",
            "/messages:append",
            """
            {"key":"k","messages":[{"messageId":"old","role":"USER","content":"old",
            "clientTime":"2020-01-02T03:04:05.123456789Z"}]}"""));

    JsonNode message = ok(send("GET", session + "/messages/old", null));
    JsonNode guayaba =
        ok(
            server.send(
                "POST",
                "/api/v1/agents/" + agentId + "/sessions/history",
                server.rootKey(),
                "{\"sessionKey\":\"k\"}"));

    assertThat(message.get("clientTime").asText()).isEqualTo("2020-01-02T03:04:05.123456Z");
    assertThat(message.get("createTime").asText()).isGreaterThan("2020-01-03");
    assertThat(guayaba.toString()).contains("1577934245123");
  }

  @ParameterizedTest
  @CsvSource({"yesterday", "0000-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "''"})
  void clientTime_notATime_refusedNamingTheField(String time) {
    HttpResponse<String> refused =
        send(
            "POST",
            "/messages:append",
            """
            {"key":"k","messages":[{"role":"USER","content":"x","clientTime":"%s"}]}"""
                .formatted(time));

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("messages[0].clientTime");
  }

  private HttpResponse<String> send(String method, String path, String body) {
    return server.send(method, "/v1/agents/" + agentId + path, server.rootKey(), body);
  }

  private HttpResponse<String> get(String path) {
    return send("GET", session + path, null);
  }

  private static JsonNode ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return JsonBodies.tree(answer.body());
  }

  private static void fails(HttpResponse<String> answer, int status, String reason) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    assertThat(JsonBodies.text(answer.body(), "/error/details/0/reason")).isEqualTo(reason);
  }

  private static List<Long> sequences(JsonNode answer) {
    List<Long> sequences = new ArrayList<>();
    answer.get("messages").forEach(message -> sequences.add(message.get("sequence").asLong()));
    return sequences;
  }

  @Test
  void getMessage_byIdOrSequence_isTheStoredMessage() {
    JsonNode first = ok(get("/messages?order=OLDEST_FIRST")).at("/messages/0");

    assertThat(first.get("content").asText()).isEqualTo("one");
    assertThat(ok(get("/messages/a"))).isEqualTo(first);
    assertThat(ok(get("/messages:lookup?sequence=1"))).isEqualTo(first);
    assertThat(ok(get("/messages:lookup?messageId=a"))).isEqualTo(first);
  }

  @Test
  void getMessage_idThatNeedsEncoding_isFound() {
    assertThat(ok(get("/messages/b%2Fc%3F")).get("sequence").asText()).isEqualTo("2");
    assertThat(ok(get("/messages:lookup?messageId=b%2Fc%3F")).get("sequence").asText())
        .isEqualTo("2");
    assertThat(ok(get("/messages/lookup")).get("sequence").asText()).isEqualTo("3");
  }

  @ParameterizedTest
  @CsvSource({
    "/messages/e, message_id, e",
    "/messages:lookup?sequence=5, sequence, 5",
    "/messages:lookup?sequence=9223372036854775807, sequence, 9223372036854775807"
  })
  void getMessage_unknown_404NamesIt(String path, String field, String value) {
    HttpResponse<String> answer = get(path);

    fails(answer, 404, "MESSAGE_NOT_FOUND");
    assertThat(JsonBodies.text(answer.body(), "/error/details/0/metadata/" + field))
        .isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "/messages:lookup, messageId",
    "/messages:lookup?sequence=0, sequence",
    "/messages:lookup?sequence=x, sequence",
    "/messages:lookup?sequence=1&messageId=a, messageId",
    "/messages/a?sequence=1, sequence",
    "/messages/a?readMask=contents, readMask",
    "/messages?around=true, startSequence",
    "/messages?startSequence=1&startTime=2026-01-01T00:00:00Z, startTime",
    "/messages?startTime=today, startTime",
    "/messages?roles=BOSS, roles",
    "/messages?roles=USER&roles=0, roles[1]",
    "/messages?roles=USER&roles=USER&roles=USER&roles=USER&roles=USER&roles=USER, roles",
    "/messages?maxBytes=-1, maxBytes",
    "/messages:batchGet, messageIds"
  })
  void badParameter_400NamesIt(String path, String field) {
    HttpResponse<String> answer = get(path);

    fails(answer, 400, "INVALID_FIELD");
    assertThat(JsonBodies.text(answer.body(), "/error/details/1/fieldViolations/0/field"))
        .isEqualTo(field);
  }

  @Test
  void deleteMessage_isGoneFromLookupsAndListsUntilShown() {
    assertThat(ok(send("DELETE", session + "/messages/a", null))).isEmpty();
    assertThat(ok(send("DELETE", session + "/messages/b%2Fc%3F", null))).isEmpty();
    assertThat(ok(send("DELETE", session + "/messages:lookup?messageId=lookup", null))).isEmpty();

    fails(get("/messages/a"), 404, "MESSAGE_NOT_FOUND");
    fails(get("/messages:lookup?sequence=1"), 404, "MESSAGE_NOT_FOUND");
    assertThat(sequences(ok(get("/messages?order=OLDEST_FIRST")))).containsExactly(4L);
    assertThat(ok(get("/messages:batchGet?messageIds=a&messageIds=d")).get("missingMessageIds"))
        .isEqualTo(JsonBodies.tree("[\"a\"]"));
    JsonNode shown = ok(get("/messages?order=OLDEST_FIRST&showDeleted=true"));
    assertThat(sequences(shown)).containsExactly(1L, 2L, 3L, 4L);
    JsonNode deleted = shown.at("/messages/1");
    assertThat(deleted.get("messageId").asText()).isEqualTo("b/c?");
    assertThat(deleted.get("role").asText()).isEqualTo("ASSISTANT");
    assertThat(deleted.get("runId").asText()).isEqualTo("run-1");
    assertThat(deleted.get("deleteTime").asText()).endsWith("Z");
    assertThat(deleted.has("content")).isFalse();
    assertThat(deleted.has("metadata")).isFalse();
    assertThat(shown.at("/messages/3").has("deleteTime")).isFalse();
    JsonNode counts = ok(get(""));
    assertThat(counts.get("messageCount").asText()).isEqualTo("1");
    assertThat(counts.get("headSequence").asText()).isEqualTo("4");
  }

  @Test
  void deleteMessage_again_404UnlessAllowed() {
    ok(send("DELETE", session + "/messages/a", null));

    fails(send("DELETE", session + "/messages/a", null), 404, "MESSAGE_NOT_FOUND");
    ok(send("DELETE", session + "/messages/a?allowMissing=true", null));
    String unknown = "/sessions/" + UUID.randomUUID() + "/messages/a";
    fails(send("DELETE", unknown, null), 404, "SESSION_NOT_FOUND");
    ok(send("DELETE", unknown + "?allowMissing=true", null));
    fails(send("DELETE", session + "/messages:lookup", null), 400, "INVALID_FIELD");
    fails(
        send(
            "POST",
            "/messages:append",
            """
            {"key":"k","messages":[{"messageId":"a","role":"USER","content":"one"}]}"""),
        409,
        "MESSAGE_ID_REUSED");
  }

  @Test
  void clearSession_removesMessagesAndKeepsTheRest() {
    String etag = ok(get("")).get("etag").asText();
    fails(send("POST", session + ":clear", "{\"etag\":\"\\\"ff\\\"\"}"), 409, "ETAG_MISMATCH");

    HttpResponse<String> stale = send("POST", session + ":clear", "{\"expectedHeadSequence\":3}");
    fails(stale, 409, "STALE_SEQUENCE");

    JsonNode cleared = ok(send("POST", session + ":clear", "{\"expectedHeadSequence\":4}"));

    assertThat(cleared.get("messageCount").asText()).isEqualTo("0");
    assertThat(cleared.get("headSequence").asText()).isEqualTo("4");
    assertThat(cleared.get("etag").asText()).isEqualTo(etag);
    assertThat(sequences(ok(get("/messages?showDeleted=true")))).isEmpty();
    JsonNode appended =
        ok(
            send(
                "POST",
                "/messages:append",
                """
                {"key":"k","messages":[{"messageId":"a","role":"USER","content":"again"}]}"""));
    assertThat(appended.at("/messages/0/sequence").asText()).isEqualTo("5");
  }

  @Test
  void deletions_ofAnArchive_refused() {
    ok(send("POST", session + ":archive", "{}"));

    fails(send("DELETE", session + "/messages/a", null), 400, "SESSION_ARCHIVED");
    fails(send("POST", session + ":clear", "{}"), 400, "SESSION_ARCHIVED");
  }

  @Test
  void getMessage_ofAnotherAgentsSession_404() {
    UUID other = server.agent("acme");

    HttpResponse<String> answer =
        server.send("GET", "/v1/agents/" + other + session + "/messages/a", server.rootKey(), null);

    fails(answer, 404, "SESSION_NOT_FOUND");
  }

  @Test
  void readMask_selectsFields() {
    JsonNode message = ok(get("/messages/a?readMask=sequence,messageId,metadata"));

    assertThat(message.toString())
        .isEqualTo("{\"sequence\":\"1\",\"messageId\":\"a\",\"metadata\":{\"x\":1}}");
    assertThat(ok(get("/messages?readMask=role&pageSize=1")).get("messages").toString())
        .isEqualTo("[{\"role\":\"USER\"}]");
    assertThat(ok(get("/messages/a?readMask=*"))).isEqualTo(ok(get("/messages/a")));
  }

  @Test
  void batchGet_keepsTheOrderAndNamesWhatIsMissing() {
    JsonNode answer =
        ok(get("/messages:batchGet?messageIds=d&messageIds=x&messageIds=a&messageIds=d"));

    assertThat(sequences(answer)).containsExactly(4L, 1L);
    assertThat(answer.get("missingMessageIds").toString()).isEqualTo("[\"x\"]");
    assertThat(answer.get("remainingMessageIds")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1000, 200", "1001, 400"})
  void batchGet_atAndPastItsBound(int count, int status) {
    String ids =
        IntStream.range(0, count).mapToObj(i -> "messageIds=a").collect(Collectors.joining("&"));
    assertThat(ids.length()).isGreaterThan(8_192);

    // A query of this length is over the limit of a URL, so the ids go into a body over gRPC.
    assertThat(get("/messages:batchGet?" + ids).statusCode()).isEqualTo(414);
    assertThat(
            server
                .send(
                    "POST",
                    "/parley.v1.MessageService/BatchGetMessages",
                    server.rootKey(),
                    """
                    {"agentId":"%s","sessionId":"%s","messageIds":[%s]}"""
                        .formatted(
                            agentId,
                            session.substring("/sessions/".length()),
                            String.join(",", Collections.nCopies(count, "\"a\""))))
                .statusCode())
        .isEqualTo(status);
  }

  @Test
  void batchGet_overThreeMebibytes_namesTheRemainingIds() {
    String text = "x".repeat(1 << 20);
    for (String id : List.of("1", "2", "3")) {
      ok(
          send(
              "POST",
              "/messages:append",
              """
              {"key":"k","messages":[{"messageId":"%s","role":"USER","content":"%s"}]}"""
                  .formatted(id, text)));
    }

    JsonNode answer =
        ok(get("/messages:batchGet?messageIds=3&messageIds=1&messageIds=2&messageIds=x"));

    assertThat(sequences(answer)).containsExactly(5L, 6L);
    assertThat(answer.get("remainingMessageIds").toString()).isEqualTo("[\"3\",\"x\"]");
  }

  @Test
  void listMessages_rolesAndRun_filter() {
    assertThat(sequences(ok(get("/messages?roles=USER&roles=TOOL")))).containsExactly(4L, 3L, 1L);
    assertThat(sequences(ok(get("/messages?runId=run-1&order=OLDEST_FIRST"))))
        .containsExactly(2L, 4L);
    assertThat(sequences(ok(get("/messages?runId=run-1&roles=USER")))).containsExactly(4L);
    assertThat(sequences(ok(get("/messages?runId=none")))).isEmpty();
  }

  @Test
  void listMessages_around_goesBothWays() {
    String list = "/messages?order=OLDEST_FIRST&startMessageId=lookup&around=true&pageSize=2";
    JsonNode page = ok(get(list));
    JsonNode before = ok(get(list + "&pageToken=" + page.get("previousPageToken").asText()));
    JsonNode after = ok(get(list + "&pageToken=" + page.get("nextPageToken").asText()));

    assertThat(sequences(page)).containsExactly(2L, 3L);
    assertThat(sequences(before)).containsExactly(1L);
    assertThat(before.has("previousPageToken")).isFalse();
    assertThat(sequences(after)).containsExactly(4L);
    assertThat(after.has("nextPageToken")).isFalse();
  }

  @Test
  void listMessages_startTime_ofAMessage_startsThere() {
    String time = ok(get("/messages/lookup")).get("createTime").asText();
    // All messages of one append have the same time.
    assertThat(sequences(ok(get("/messages?order=OLDEST_FIRST&startTime=" + time))))
        .containsExactly(1L, 2L, 3L, 4L);
    assertThat(sequences(ok(get("/messages?startTime=2000-01-01T00:00:00Z")))).isEmpty();
    fails(get("/messages?startMessageId=e"), 404, "MESSAGE_NOT_FOUND");
  }

  @Test
  void listMessages_maxBytes_returnsAtLeastOne() {
    assertThat(sequences(ok(get("/messages?maxBytes=1")))).containsExactly(4L);
    assertThat(sequences(ok(get("/messages?maxBytes=2147483647")))).hasSize(4);
  }

  @Test
  void listMessages_pageSizeOverTheMaximum_isReduced() {
    for (int i = 0; i < 2; i++) {
      String message = "{\"role\":\"USER\",\"content\":\"x\"}";
      ok(
          send(
              "POST",
              "/messages:append",
              "{\"key\":\"k\",\"messages\":[%s]}"
                  .formatted(String.join(",", Collections.nCopies(600, message)))));
    }
    JsonNode page = ok(get("/messages?pageSize=2147483647"));

    assertThat(sequences(page)).hasSize(1_000);
    assertThat(page.has("nextPageToken")).isTrue();
  }

  @Test
  void batchGetSessions_keepsTheOrderAndNamesWhatIsMissing() {
    String other = ok(send("POST", "/sessions", "{\"key\":\"other\"}")).get("sessionId").asText();
    ok(send("POST", "/sessions/" + other + ":archive", "{}"));
    String missing = UUID.randomUUID().toString();
    String own = session.substring("/sessions/".length());

    JsonNode answer =
        ok(
            send(
                "GET",
                "/sessions:batchGet?readMask=key&sessionIds=%s&sessionIds=%s&sessionIds=%s"
                    .formatted(other, missing, own),
                null));

    assertThat(answer.get("sessions").toString())
        .isEqualTo(
            "[{\"key\":\"other\",\"messageCount\":\"0\",\"headSequence\":\"0\"},"
                + "{\"key\":\"k\",\"messageCount\":\"4\",\"headSequence\":\"4\"}]");
    assertThat(answer.get("missingSessionIds").get(0).asText()).isEqualTo(missing);
    assertThat(answer.get("remainingSessionIds")).isEmpty();
    fails(send("GET", "/sessions:batchGet?sessionIds=x", null), 400, "INVALID_FIELD");
  }
}
