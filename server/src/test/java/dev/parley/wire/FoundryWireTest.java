package dev.parley.wire;

import static dev.parley.wire.FoundryFixture.ok;
import static dev.parley.wire.FoundryFixture.rids;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.SetClock;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions over Foundry's API, compared with the published contract. */
class FoundryWireTest {
  private static final String PREVIEW = "/allSessions?preview=true";
  private static final SetClock CLOCK = new SetClock("2024-10-01T20:04:24.962583055Z");
  private static final Queue<UUID> SCRIPTED_IDS = new ArrayDeque<>();
  private static ServerFixture server;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .clock(CLOCK)
            .ids(() -> SCRIPTED_IDS.isEmpty() ? UUID.randomUUID() : SCRIPTED_IDS.remove())
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void allSessions_asTheExample() {
    FoundryFixture scene = new FoundryFixture(server);
    CLOCK.set("2024-10-01T20:04:24.962583055Z");
    SCRIPTED_IDS.add(UUID.fromString("292db3b2-b653-4de6-971c-7e97a7b881d6"));
    String session = scene.session("{\"label\":\"What is the status of my order?\"}");
    CLOCK.set("2024-10-01T22:04:24.962583055Z");
    for (int i = 0; i < 3; i++) {
      scene.append(session, "USER", "a question");
      scene.append(session, "TOOL", "not counted");
      scene.append(session, "ASSISTANT", "an answer");
    }

    String body = ok(scene.client.get(PREVIEW));

    assertThat(JsonBodies.tree(body)).isEqualTo(example("all-sessions-last-page.200.json", scene));
    JsonNode one =
        JsonBodies.tree(
            ok(scene.client.get("/" + scene.agentRid() + "/sessions/" + rids(scene)[0])));
    assertThat(one).isEqualTo(example("sibling-session.200.json", scene));
  }

  private static String[] rids(FoundryFixture scene) {
    return FoundryFixture.rids(scene.client.get(PREVIEW)).toArray(String[]::new);
  }

  /** The example with the agent of this test, and times in the stored precision. */
  private static JsonNode example(String name, FoundryFixture scene) {
    return JsonBodies.tree(
        JsonBodies.wire("foundry/" + name)
            .replaceAll("ri\\.aip-agents\\.\\.agent\\.[-0-9a-f]*", scene.agentRid())
            .replaceAll("(\\.\\d{6})\\d{3}Z", "$1Z"));
  }

  @Test
  void allSessions_none_asTheExample() {
    FoundryFixture scene = new FoundryFixture(server);

    assertThat(JsonBodies.tree(ok(scene.client.get(PREVIEW))))
        .isEqualTo(JsonBodies.tree(JsonBodies.wire("foundry/all-sessions-none.200.json")));
  }

  @ParameterizedTest
  @CsvSource({
    "'',100",
    "&pageSize=100,100",
    "&pageSize=101,100",
    "&pageSize=99999999999,100",
    "&pageSize=1,1"
  })
  void allSessions_pageSize_clampedAndTokenForTheRest(String query, int expected) {
    FoundryFixture scene = new FoundryFixture(server);
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 102; i++) {
      CLOCK.advance();
      made.add(0, FoundryFixture.sessionRid(scene.session("{}")));
    }

    HttpResponse<String> first = scene.client.get(PREVIEW + query);
    String token = JsonBodies.text(first.body(), "/nextPageToken");
    HttpResponse<String> rest = scene.client.get(PREVIEW + "&pageToken=" + token);

    assertThat(FoundryFixture.rids(first)).isEqualTo(made.subList(0, expected));
    assertThat(FoundryFixture.rids(rest))
        .isEqualTo(made.subList(expected, Math.min(102, expected + 100)));
    if (expected == 100) {
      assertThat(JsonBodies.tree(rest.body()).has("nextPageToken")).isFalse();
    }
  }

  @Test
  void allSessions_sessionsMoveWhileAClientPages_noneTwiceAndNoUnmovedLost() {
    FoundryFixture scene = new FoundryFixture(server);
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      CLOCK.advance();
      made.add(scene.session("{}"));
    }
    List<String> seen = new ArrayList<>();
    String token = "";
    while (token != null) {
      HttpResponse<String> page = scene.client.get(PREVIEW + "&pageSize=3&pageToken=" + token);
      seen.addAll(FoundryFixture.rids(page));
      JsonNode next = JsonBodies.tree(page.body()).get("nextPageToken");
      token = next == null ? null : next.asText();
      CLOCK.advance();
      scene.append(made.get(19), "USER", "was seen, moves");
      scene.append(made.get(4), "USER", "was not seen, moves");
    }

    made.remove(4);
    assertThat(seen)
        .doesNotHaveDuplicates()
        .containsAll(made.stream().map(FoundryFixture::sessionRid).toList());
  }

  @Test
  void allSessions_keyOfAClient_onlyWhatThatClientMade() {
    FoundryFixture scene = new FoundryFixture(server);
    FoundryClient web = scene.client(scene.keyOf("web"));
    FoundryClient app = scene.client(scene.keyOf("app"));
    String webs = create(web, scene);
    String apps = create(app, scene);

    assertThat(FoundryFixture.rids(web.get(PREVIEW))).containsExactly(webs);
    assertThat(FoundryFixture.rids(app.get(PREVIEW))).containsExactly(apps);
    assertThat(FoundryFixture.rids(scene.client.get(PREVIEW)))
        .containsExactlyInAnyOrder(webs, apps);
    assertThat(FoundryFixture.rids(web.get("/" + scene.agentRid() + "/sessions")))
        .containsExactly(webs);
    String other = "/" + scene.agentRid() + "/sessions/" + apps;
    for (HttpResponse<String> answer :
        List.of(
            web.get(other),
            web.get(other + "/content"),
            web.put(other + "/updateTitle", "{\"title\":\"no\"}"),
            web.delete(other))) {
      FoundryFixture.isError(answer, 404, "error-sibling-404-session-not-found.json");
    }
    assertThat(app.get(other).body()).contains("\"title\":\"api:");
  }

  @Test
  void allSessions_masterKey_thoseOfAllItsAgents() {
    FoundryFixture scene = new FoundryFixture(server);
    UUID second = server.agent(scene.owner);
    String master = server.masterKey(scene.owner);
    CLOCK.advance();
    String older = create(scene.client(master), scene);
    CLOCK.advance();
    String newer =
        JsonBodies.text(
            scene.client(master).post("/ri.aip-agents..agent." + second + "/sessions", "{}").body(),
            "/rid");

    HttpResponse<String> first = scene.client(master).get(PREVIEW + "&pageSize=1");
    assertThat(FoundryFixture.rids(first)).containsExactly(newer);
    String token = JsonBodies.text(first.body(), "/nextPageToken");
    assertThat(FoundryFixture.rids(scene.client(master).get(PREVIEW + "&pageToken=" + token)))
        .containsExactly(older);
  }

  private static String create(FoundryClient client, FoundryFixture scene) {
    return JsonBodies.text(
        ok(client.post("/" + scene.agentRid() + "/sessions?preview=true", "{}")), "/rid");
  }

  @Test
  void createSession_version_keptAndOthersAre() {
    FoundryFixture scene = new FoundryFixture(server);

    String made =
        ok(scene.client.post("/" + scene.agentRid() + "/sessions", "{\"agentVersion\":\"2.13\"}"));

    assertThat(JsonBodies.text(made, "/agentVersion")).isEqualTo("2.13");
    assertThat(JsonBodies.text(made, "/metadata/title")).startsWith("api:");
    assertThat(JsonBodies.text(made, "/metadata/messageCount")).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({"3.1.4,3.1", "7,7.0", "2026-beta,2026.0", "beta,1.0"})
  void getSession_versionOfTheNativeApi_shownAsTwoNumbers(String version, String shown) {
    FoundryFixture scene = new FoundryFixture(server);
    String id = scene.session("{\"agentVersion\":\"" + version + "\"}");

    String body = ok(scene.client.get(path(scene, id)));

    assertThat(JsonBodies.text(body, "/agentVersion")).isEqualTo(shown);
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void updateTitleAndDelete_204WithoutABody(HttpClient.Version version) {
    FoundryFixture scene = new FoundryFixture(server);
    String id = scene.session("{}");

    HttpResponse<String> renamed =
        send(scene, version, "PUT", path(scene, id) + "/updateTitle", "{\"title\":\"New\"}");
    assertEmpty204(renamed);
    assertThat(JsonBodies.text(scene.client.get(path(scene, id)).body(), "/metadata/title"))
        .isEqualTo("New");

    assertEmpty204(send(scene, version, "DELETE", path(scene, id), null));
    FoundryFixture.isError(
        scene.client.get(path(scene, id)), 404, "error-sibling-404-session-not-found.json");
  }

  private static HttpResponse<String> send(
      FoundryFixture scene, HttpClient.Version version, String method, String path, String body) {
    String key = server.agentKey(scene.agentId, "agent:manage");
    return server.send(
        request ->
            request
                .version(version)
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .method(
                    method,
                    body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body)),
        FoundryFixture.AGENTS + path);
  }

  private static void assertEmpty204(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("content-type")).isEmpty();
    assertThat(answer.headers().firstValue("content-length")).isEmpty();
  }

  @Test
  void updateTitle_longer_cutAt200Characters() {
    FoundryFixture scene = new FoundryFixture(server);
    String id = scene.session("{}");
    String parrot = "\uD83E\uDD9C";

    send(
        scene,
        HttpClient.Version.HTTP_1_1,
        "PUT",
        path(scene, id) + "/updateTitle",
        "{\"title\":\"" + parrot.repeat(201) + "\"}");

    assertThat(JsonBodies.text(scene.client.get(path(scene, id)).body(), "/metadata/title"))
        .isEqualTo(parrot.repeat(200));
  }

  @Test
  void content_exchangeByExchange() {
    FoundryFixture scene = new FoundryFixture(server);
    String id = scene.session("{}");
    String runs = "/sessions/" + id + "/runs";
    ok(scene.post(runs, "{\"runId\":\"12345678-1234-5678-1234-123456789abc\"}"));
    scene.append(
        """
        {"sessionId":"%s","messages":[
          {"role":"SYSTEM","content":"not shown"},
          {"role":"DEVELOPER","content":"not shown"},
          {"role":"USER","content":"What is the status of my order?"},
          {"role":"ASSISTANT","runId":"12345678-1234-5678-1234-123456789abc",
           "content":[{"type":"text","text":"The status of your order "},{"type":"image","url":"x"},
                      {"type":"text","text":"is **In Transit**."}]},
          {"role":"USER","content":"And the other?"},{"role":"USER","content":"The red one."},
          {"role":"TOOL","content":"not shown"},
          {"role":"ASSISTANT","content":"Shipped."},{"role":"ASSISTANT","content":"Anything else?"},
          {"role":"USER","content":"not answered"}]}"""
            .formatted(id));

    // Messages of a run are not part of the content until the run has ended.
    assertThat(JsonBodies.tree(ok(scene.client.get(path(scene, id) + "/content"))).at("/exchanges"))
        .hasSize(1);
    ok(
        server.send(
            "PATCH",
            "/v1/agents/%s%s/12345678-1234-5678-1234-123456789abc".formatted(scene.agentId, runs),
            server.rootKey(),
            "{\"state\":\"COMPLETED\",\"usage\":{\"total_tokens\":6448,\"other\":[]}}"));

    JsonNode exchanges =
        JsonBodies.tree(ok(scene.client.get(path(scene, id) + "/content"))).at("/exchanges");
    ObjectNode expected =
        (ObjectNode)
            JsonBodies.tree(JsonBodies.wire("foundry/sibling-content.200.json")).at("/exchanges/0");
    expected.remove("contexts");
    ((ObjectNode) expected.get("result")).putObject("parameterUpdates");
    assertThat(exchanges).hasSize(2);
    assertThat(exchanges.get(0)).isEqualTo(expected);
    assertThat(exchanges.get(1).at("/userInput/text").asText())
        .isEqualTo("And the other?\n\nThe red one.");
    assertThat(exchanges.get(1).at("/result/agentMarkdownResponse").asText())
        .isEqualTo("Shipped.\n\nAnything else?");
    assertThat(UUID.fromString(exchanges.get(1).at("/result/sessionTraceId").asText())).isNotNull();
  }

  @Test
  void archivedSession_isNotThere() {
    FoundryFixture scene = new FoundryFixture(server);
    String id = scene.session("{}");
    ok(scene.post("/sessions/" + id + ":archive", "{}"));

    assertThat(FoundryFixture.rids(scene.client.get(PREVIEW))).isEmpty();
    for (String path : List.of(path(scene, id), path(scene, id) + "/content")) {
      FoundryFixture.isError(
          scene.client.get(path), 404, "error-sibling-404-session-not-found.json");
    }
    FoundryFixture.isError(
        scene.client.delete(path(scene, id)), 404, "error-sibling-404-session-not-found.json");
    FoundryFixture.isError(
        send(
            scene,
            HttpClient.Version.HTTP_1_1,
            "PUT",
            path(scene, id) + "/updateTitle",
            "{\"title\":\"x\"}"),
        404,
        "error-sibling-404-session-not-found.json");
    ok(scene.post("/sessions/" + id + ":restore", "{}"));
    assertThat(FoundryFixture.rids(scene.client.get(PREVIEW))).hasSize(1);
  }

  private static String path(FoundryFixture scene, String sessionId) {
    return "/" + scene.agentRid() + "/sessions/" + FoundryFixture.sessionRid(sessionId);
  }
}
