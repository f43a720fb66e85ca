package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Errors as clients of Foundry get them. */
class FoundryErrorsTest {
  private static ServerFixture server;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/allSessions", "/allSessions?preview=false", "/allSessions?pageSize=5"})
  void noPreview_refused(String path) {
    FoundryFixture.isError(
        new FoundryFixture(server).client.get(path), 400, "error-400-preview-required.json");
  }

  @Test
  void preview_asPythonWritesIt_taken() {
    FoundryFixture.ok(new FoundryFixture(server).client.get("/allSessions?preview=True"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/allSessions?preview=true&pageSize=0", "/%s/sessions?pageSize=0"})
  void pageSizeZero_refused(String path) {
    FoundryFixture scene = new FoundryFixture(server);

    FoundryFixture.isError(
        scene.client.get(path.formatted(scene.agentRid())),
        400,
        "error-400-invalid-page-size.json");
  }

  @Test
  void pageSizeNegative_refusedNamingIt() {
    HttpResponse<String> answer =
        new FoundryFixture(server).client.get("/allSessions?preview=true&pageSize=-7");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(JsonBodies.tree(answer.body()).at("/parameters/pageSize").asInt()).isEqualTo(-7);
  }

  @Test
  void pageToken_notOurs_refused() {
    FoundryFixture.isError(
        new FoundryFixture(server).client.get("/allSessions?preview=true&pageToken=v1.bogus"),
        400,
        "error-400-invalid-page-token.json");
  }

  @Test
  void pageToken_ofAnotherCallerClientOrList_refused() {
    FoundryFixture scene = new FoundryFixture(server);
    String web = scene.keyOf("web");
    FoundryClient webs = scene.client(web);
    for (int i = 0; i < 2; i++) {
      FoundryFixture.ok(webs.post("/" + scene.agentRid() + "/sessions", "{}"));
    }
    String query = "preview=true&pageSize=1";
    String token =
        JsonBodies.text(FoundryFixture.ok(webs.get("/allSessions?" + query)), "/nextPageToken");
    String again = "/allSessions?" + query + "&pageToken=" + token;
    FoundryFixture.ok(webs.get(again));

    String master = server.masterKey(scene.owner);
    for (String other : new String[] {scene.keyOf("app"), master, server.rootKey()}) {
      assertInvalidToken(scene.client(other).get(again));
    }
    // If there was no master key, creating one does not change agent keys.
    assertInvalidToken(
        webs.get("/" + scene.agentRid() + "/sessions?pageSize=1&pageToken=" + token));
    assertInvalidToken(webs.get(again.replace(token, token.substring(1) + token.charAt(0))));
    FoundryFixture.ok(webs.get(again));
  }

  private static void assertInvalidToken(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(400);
    assertThat(JsonBodies.text(answer.body(), "/errorName")).isEqualTo("InvalidPageToken");
  }

  @Test
  void noCredential_missing() {
    FoundryFixture.isError(
        new FoundryFixture(server).client(null).get("/allSessions?preview=true"),
        401,
        "error-401-missing-credentials.json");
  }

  @Test
  void badCredential_unauthorized() {
    HttpResponse<String> answer =
        new FoundryFixture(server).client("nonsense").get("/allSessions?preview=true");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(JsonBodies.text(answer.body(), "/errorName")).isEqualTo("Default:Unauthorized");
    assertThat(JsonBodies.text(answer.body(), "/parameters/error")).isEqualTo("INVALID");
  }

  @Test
  void keyWithoutTheScope_denied() {
    FoundryFixture scene = new FoundryFixture(server);
    FoundryClient reader = scene.client(server.agentKey(scene.agentId, "agent:read"));

    FoundryFixture.isError(
        reader.get("/allSessions?preview=true"), 403, "error-403-all-sessions-denied.json");
    assertThat(reader.get("/" + scene.agentRid() + "/sessions").statusCode()).isEqualTo(200);
    HttpResponse<String> created = reader.post("/" + scene.agentRid() + "/sessions", "{}");
    assertThat(created.statusCode()).isEqualTo(403);
    assertThat(JsonBodies.text(created.body(), "/errorName"))
        .isEqualTo("CreateSessionPermissionDenied");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ri.aip-agents..agent.732cd5b4-7ca7-4219-aabb-6e976faf63b1",
        "ri.aip-agents..agent.no-uuid",
        "ri.aip-agents..session.732cd5b4-7ca7-4219-aabb-6e976faf63b1"
      })
  void unknownAgent_notFound(String rid) {
    FoundryFixture scene = new FoundryFixture(server);
    for (String token : new String[] {server.agentKey(scene.agentId, "chat"), server.rootKey()}) {
      FoundryFixture.isError(
          scene.client(token).get("/" + rid + "/sessions"),
          404,
          "error-sibling-404-agent-not-found.json");
    }
  }

  @Test
  void anotherAgentsOrOwnersSession_notFound() {
    FoundryFixture scene = new FoundryFixture(server);
    FoundryFixture other = new FoundryFixture(server);
    String rid = FoundryFixture.sessionRid(other.session("{}"));

    FoundryFixture.isError(
        scene.client.get("/" + scene.agentRid() + "/sessions/" + rid),
        404,
        "error-sibling-404-session-not-found.json");
    FoundryFixture.isError(
        scene.client.get("/" + other.agentRid() + "/sessions/" + rid),
        404,
        "error-sibling-404-agent-not-found.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/nothing|404|NOT_FOUND|Default:NotFound",
        "GET|/../other|404|NOT_FOUND|Default:NotFound",
        "POST|/allSessions|405|CUSTOM_CLIENT|Default:MethodNotAllowed",
      })
  void noSuchRouteOrMethod_inItsEnvelope(
      String method, String path, int status, String code, String name) {
    HttpResponse<String> answer =
        server.send(
            method,
            "/api/v2/aipAgents/agents" + path.replace("/..", "/x/y/z"),
            server.rootKey(),
            null);

    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    assertThat(JsonBodies.text(answer.body(), "/errorCode")).isEqualTo(code);
    assertThat(JsonBodies.text(answer.body(), "/errorName")).isEqualTo(name);
    assertThat(answer.headers().firstValue("allow").isPresent()).isEqualTo(status == 405);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{|Default:InvalidArgument",
        "{\"agentVersion\":\"1\"}|InvalidAgentVersion",
        "{\"agentVersion\":7}|InvalidAgentVersion",
        "{\"agentVersions\":\"1.0\"}|Default:InvalidArgument",
      })
  void badBody_refused(String body, String name) {
    FoundryFixture scene = new FoundryFixture(server);

    HttpResponse<String> answer = scene.client.post("/" + scene.agentRid() + "/sessions", body);

    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(400);
    assertThat(JsonBodies.text(answer.body(), "/errorName")).isEqualTo(name);
  }

  /** Logged at the level DEBUG, because anybody can cause many of these errors. */
  @Test
  void errorInstanceId_isInTheLogOnce() {
    Logger root = (Logger) LoggerFactory.getLogger("dev.parley.api.foundry");
    Level before = root.getLevel();
    root.setLevel(Level.DEBUG);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.addAppender(log);
    String id;
    try {
      HttpResponse<String> answer =
          server.send(
              "GET",
              "/api/v2/aipAgents/agents/ri.aip-agents..agent." + UUID.randomUUID() + "/sessions",
              server.rootKey(),
              null);
      id = JsonBodies.text(answer.body(), "/errorInstanceId");
    } finally {
      root.detachAppender(log);
      root.setLevel(before);
    }

    assertThat(log.list).filteredOn(line -> line.getFormattedMessage().contains(id)).hasSize(1);
  }
}
