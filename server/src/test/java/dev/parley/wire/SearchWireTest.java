package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.config.Setting;
import dev.parley.proto.v1.SearchMessagesRequest;
import dev.parley.proto.v1.SearchMessagesResponse;
import dev.parley.proto.v1.SearchServiceGrpc;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Tokens;
import dev.parley.testing.Waiting;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SearchMessages of the native API over REST and gRPC. */
@Timeout(120)
class SearchWireTest {
  private static ServerFixture server;
  private UUID agentId;
  private String key;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .clock(Clock.systemUTC())
            .flag(Setting.DATA, folder.toString())
            .flag(Setting.SEARCH, "on")
            .flag(Setting.JWT_HS256_SECRET, Tokens.SECRET)
            .flag(Setting.JWT_OWNER, "acme")
            .start();
    // The server opens the index after its start.
    Waiting.until(
        () ->
            server
                    .send("GET", "/v1/agents/-/messages:search?query=x", server.rootKey(), null)
                    .statusCode()
                == 200,
        () -> "the search index is not open");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void createAgent() {
    agentId = server.agent("acme");
    key = server.agentKey(agentId, "chat");
  }

  private String append(String sessionKey, String role, String content) {
    JsonNode appended =
        ok(
            server.send(
                "POST",
                "/v1/agents/" + agentId + "/messages:append",
                server.rootKey(),
                ("{\"key\":\"%s\",\"createIfMissing\":true,"
                        + "\"messages\":[{\"role\":\"%s\",\"content\":%s}]}")
                    .formatted(sessionKey, role, content)));
    return appended.at("/session/sessionId").asText();
  }

  private static JsonNode ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return JsonBodies.tree(answer.body());
  }

  private HttpResponse<String> send(String agent, String query, String more, String credential) {
    return server.send(
        "GET",
        "/v1/agents/" + agent + "/messages:search?query=" + encoded(query) + more,
        credential,
        null);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private JsonNode search(String query, String more) {
    return ok(send(agentId.toString(), query, more, key));
  }

  /** Waits until all stored messages can be found. */
  private void indexed() {
    Instant now = Instant.now();
    Waiting.until(
        () -> {
          HttpResponse<String> any = send("-", "anything", "", server.rootKey());
          String through = ok(any).path("indexedThrough").asText("");
          return !through.isEmpty() && !Instant.parse(through).isBefore(now);
        },
        () -> "not indexed through " + now);
  }

  private static List<String> sequences(JsonNode answer) {
    List<String> sequences = new ArrayList<>();
    answer
        .path("results")
        .forEach(result -> sequences.add(result.at("/message/sequence").asText()));
    return sequences;
  }

  @Test
  void result_hasSessionMessageAndSnippet() {
    String session = append("k", "USER", "\"The connection was refused.\"");
    append("k", "ASSISTANT", "[{\"type\":\"text\",\"text\":\"Try again.\"}]");
    indexed();

    JsonNode result = search("refused connection", "").at("/results/0");

    assertThat(result.at("/session/sessionId").asText()).isEqualTo(session);
    assertThat(result.at("/session/key").asText()).isEqualTo("k");
    assertThat(result.at("/message/role").asText()).isEqualTo("USER");
    assertThat(result.at("/message").has("content")).isFalse();
    assertThat(result.at("/score").asDouble()).isGreaterThan(0);
    assertThat(result.at("/snippet/text").asText()).isEqualTo("The connection was refused.");
    assertThat(result.at("/snippet/ranges").toString())
        .isEqualTo("[{\"start\":4,\"end\":14},{\"start\":19,\"end\":26}]");
    assertThat(
            search("again", "&includeContent=true")
                .at("/results/0/message/content/0/text")
                .asText())
        .isEqualTo("Try again.");
  }

  @Test
  void readMask_selectsFieldsOfTheResults() {
    String session = append("k", "USER", "\"The connection was refused.\"");
    indexed();

    JsonNode result =
        search("refused", "&readMask=session.sessionId,message.sequence").at("/results/0");

    assertThat(result.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("session", "message", "score");
    assertThat(result.at("/session").toString())
        .isEqualTo(
            "{\"sessionId\":\"%s\",\"messageCount\":\"1\",\"headSequence\":\"1\"}"
                .formatted(session));
    assertThat(result.at("/message").toString()).isEqualTo("{\"sequence\":\"1\"}");
    assertThat(result.at("/score").asDouble()).isGreaterThan(0);
    assertThat(search("refused", "&readMask=*").at("/results/0").has("snippet")).isTrue();
    HttpResponse<String> unknown = send(agentId.toString(), "refused", "&readMask=text", key);
    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(unknown.body()).contains("must contain only fields of SearchResult, not text");
  }

  @Test
  void filtersAndOrder_apply() {
    append("k", "USER", "\"fox\"");
    append("k", "TOOL", "\"fox fox\"");
    String other = append("other", "USER", "\"a fox\"");
    indexed();

    assertThat(sequences(search("fox", "&filter=" + encoded("role = TOOL")))).containsExactly("2");
    assertThat(sequences(search("fox", "&filter=" + encoded("session_id = " + other))))
        .containsExactly("1");
    assertThat(sequences(search("fox", "&filter=" + encoded("create_time > 2999-01-01T00:00:00Z"))))
        .isEmpty();
    assertThat(search("fox", "&order=NEWEST_FIRST").at("/results/0/session/sessionId").asText())
        .isEqualTo(other);
  }

  @Test
  void pages_haveEachResultOnce() {
    for (int i = 0; i < 5; i++) {
      append("k", "USER", "\"fox\"");
    }
    indexed();
    List<String> all = new ArrayList<>();
    String token = "";
    do {
      JsonNode page = search("fox", "&pageSize=2&pageToken=" + token);
      all.addAll(sequences(page));
      token = page.path("nextPageToken").asText("");
    } while (!token.isEmpty());

    assertThat(all).containsExactlyInAnyOrder("1", "2", "3", "4", "5");
    String first = search("fox", "&pageSize=2").path("nextPageToken").asText();
    assertThat(send(agentId.toString(), "fox -owl", "&pageToken=" + first, key).statusCode())
        .isEqualTo(400);
  }

  @Test
  void deletedMessage_isNotFoundFromThatMoment() {
    String session = append("k", "USER", "\"fox\"");
    indexed();
    assertThat(sequences(search("fox", ""))).containsExactly("1");
    assertThat(
            server
                .send(
                    "POST",
                    "/v1/agents/" + agentId + "/sessions/" + session + ":archive",
                    server.rootKey(),
                    "{}")
                .statusCode())
        .isEqualTo(200);

    assertThat(sequences(search("fox", ""))).isEmpty();
  }

  @Test
  void callers_findOnlyWhatTheyMaySee() {
    UUID other = agentId;
    String word = "w" + UUID.randomUUID().toString().replace("-", "");
    append("k", "USER", "\"" + word + "\"");
    agentId = server.agent("acme");
    append("k", "USER", "\"" + word + "\"");
    createSessionOfAna(word);
    indexed();
    String root = server.rootKey();
    String stranger = server.masterKey("stranger");

    assertThat(ok(send("-", word, "", root)).path("results")).hasSize(3);
    assertThat(ok(send("-", word, "", server.masterKey("acme"))).path("results")).hasSize(3);
    assertThat(ok(send("-", word, "", stranger)).path("results")).isEmpty();
    assertThat(ok(send("-", word, "", key)).path("results")).hasSize(1);
    assertThat(ok(send("-", word, "", user("ana"))).path("results")).hasSize(1);
    assertThat(ok(send("-", word, "", user("ben"))).path("results")).isEmpty();
    assertThat(send(agentId.toString(), word, "", key).statusCode()).isEqualTo(403);
    assertThat(send(other.toString(), word, "", stranger).statusCode()).isEqualTo(404);
  }

  private static String user(String name) {
    return Tokens.hs256(
        "{\"sub\":\"%s\",\"aud\":\"authenticated\",\"scope\":\"agent:read\",\"exp\":4102444800}"
            .formatted(name));
  }

  private void createSessionOfAna(String word) {
    ok(
        server.send(
            "POST",
            "/v1/agents/" + agentId + "/sessions",
            server.rootKey(),
            "{\"key\":\"ana\",\"user\":\"ana\"}"));
    append("ana", "USER", "\"" + word + "\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "| | query",
        "\"open | | query is invalid at position 1",
        "a | &filter=size%20%3D%201 | filter is invalid at position 1: unknown field size",
        "a | &filter=role%20%3D%20GUEST | filter is invalid at position 8",
        "a | &filter=session_id%20%3D%201-1-1-1-1 | filter is invalid at position 14",
        "a | &pageSize=-1 | pageSize",
        "a | &pageToken=x | page_token was not issued",
      })
  void invalidRequest_isRefusedWithTheField(String query, String more, String problem) {
    HttpResponse<String> answer =
        send(agentId.toString(), query == null ? "" : query, more == null ? "" : more, key);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(problem);
  }

  @Test
  void longestQuery_isAccepted() {
    String longest = "a".repeat(250) + " ";
    assertThat(send(agentId.toString(), longest.repeat(4).substring(0, 1000), "", key).statusCode())
        .isEqualTo(200);
    assertThat(send(agentId.toString(), "a".repeat(1001), "", key).statusCode()).isEqualTo(400);
  }

  @Test
  void grpc_findsTheSame() {
    append("k", "USER", "\"fox\"");
    indexed();

    SearchMessagesResponse found =
        SearchServiceGrpc.newBlockingStub(server.channel(key))
            .searchMessages(
                SearchMessagesRequest.newBuilder()
                    .setAgentId(agentId.toString())
                    .setQuery("fox")
                    .build());

    assertThat(found.getResultsCount()).isEqualTo(1);
    assertThat(found.getResults(0).getSnippet().getText()).isEqualTo("fox");
    assertThat(found.hasIndexedThrough()).isTrue();
  }

  @Test
  void searchThatIsOff_isRefused(@TempDir Path folder) {
    try (ServerFixture off = ServerFixture.in(folder).flag(Setting.SEARCH, "off").start()) {
      HttpResponse<String> answer =
          off.send("GET", "/v1/agents/-/messages:search?query=a", off.rootKey(), null);

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(JsonBodies.text(answer.body(), "/error/details/0/reason")).isEqualTo("SEARCH_OFF");
    }
  }
}
