package dev.parley.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.RawHttp;
import dev.parley.testing.ServerFixture;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each key is found by exactly one path. */
class GripPathTest {
  private static ServerFixture server;
  private static UUID agentId;
  private static String key;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).flag(Setting.RATE_LIMIT, "off").start();
    agentId = server.agent("acme");
    key = server.agentKey(agentId, "agent:manage");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void make(String sessionKey) {
    assertThat(
            server
                .send(
                    "POST",
                    "/v1/agents/" + agentId + "/sessions",
                    server.rootKey(),
                    "{\"key\":" + JsonBodies.quote(sessionKey) + "}")
                .statusCode())
        .isIn(200, 409);
  }

  private static RawHttp send(String method, String rest) {
    return RawHttp.send(
        server.port(), method, "/api/v1/sessions/" + rest, "Authorization: Bearer " + key);
  }

  private static String encoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      encoded.append("%%%02X".formatted(b & 0xff));
    }
    return encoded.toString();
  }

  private static void isFoundAndDeleted(String rest, String sessionKey) {
    make(sessionKey);
    RawHttp found = send("GET", rest);
    assertThat(found.status()).describedAs(rest + " " + found.body()).isEqualTo(200);
    assertThat(JsonBodies.text(found.body(), "/key")).isEqualTo(sessionKey);
    RawHttp deleted = send("DELETE", rest);
    assertThat(deleted.status()).isEqualTo(200);
    assertThat(JsonBodies.text(deleted.body(), "/key")).isEqualTo(sessionKey);
    assertThat(send("GET", rest).status()).isEqualTo(404);
    assertThat(send("DELETE", rest).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a/b",
        "/",
        "a//b",
        "//a",
        "/a",
        "a/",
        "a//",
        "a b",
        "a+b",
        "a%b",
        "a%25b",
        "a%2Fb",
        "user:alice:project-planning",
        "x:watch",
        "x:archive",
        ":",
        "a@b.c",
        "a;b=c",
        ";",
        "a?b=c",
        "a#b",
        "é",
        "é",
        "日本",
        "🙂",
        "\uFFFD",
        "[x]",
        "{x}",
        "\"",
        "\\",
        "<a>",
        "^`|",
        ".",
        "...",
        "a/./b",
        "..a",
        "a..",
        "a/..b",
        "~",
        "!$&'()*,="
      })
  void key_encodedWhole_found(String sessionKey) {
    isFoundAndDeleted(encoded(sessionKey), sessionKey);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a/b",
        "a//b",
        "//a",
        "/a",
        "a/",
        "a//",
        "a+b",
        "user:alice:project-planning",
        "x:watch",
        "x:archive",
        ":",
        "a@b.c",
        "a;b=c",
        ";",
        "é",
        "日本",
        "🙂",
        "[x]",
        "{x}",
        "\"",
        "\\",
        "<a>",
        "^`|",
        ".",
        "...",
        "a/./b",
        "..a",
        "a..",
        "a/..b",
        "~",
        "!$&'()*,="
      })
  void key_raw_found(String sessionKey) {
    isFoundAndDeleted(sessionKey, sessionKey);
  }

  @Test
  void key_slashEncodedOrNot_isOneKey() {
    make("p/q");
    assertThat(send("GET", "p/q").status()).isEqualTo(200);
    assertThat(send("GET", "p%2Fq").status()).isEqualTo(200);
    assertThat(send("GET", "p%2fq").status()).isEqualTo(200);
    assertThat(send("GET", "p%252Fq").status()).isEqualTo(404);
    assertThat(send("GET", "p//q").status()).isEqualTo(404);
    assertThat(send("GET", "p/q/").status()).isEqualTo(404);
    assertThat(send("GET", "P/q").status()).isEqualTo(404);
  }

  @Test
  void key_empty_404InTheWordsOfAnUnknownSession() {
    for (String method : new String[] {"GET", "DELETE"}) {
      RawHttp answer = send(method, "");
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.body())
          .isEqualTo(
              JsonBodies.tree(JsonBodies.wire("grip/error-404-session-not-found.json")).toString());
    }
    assertThat(RawHttp.send(server.port(), "GET", "/api/v1/sessions/").status()).isEqualTo(401);
  }

  /** Paths that are not valid text are refused. They never select another key. */
  @ParameterizedTest
  @ValueSource(strings = {"%FF", "%C3", "%ED%A0%80"})
  void path_notUtf8_400(String rest) {
    make("\uFFFD");
    for (String method : new String[] {"GET", "DELETE"}) {
      RawHttp answer = send(method, rest);
      assertThat(answer.status()).describedAs(answer.body()).isEqualTo(400);
      assertThat(JsonBodies.text(answer.body(), "/detail")).isNotBlank();
      assertThat(answer.head()).contains("x-request-id: ", "cache-control: no-store");
    }
  }

  /**
   * Armeria refuses this request without its path, so the error has the format of the native API.
   */
  @ParameterizedTest
  @ValueSource(strings = {"..", "a/../b", "%2E%2E", "a/%2e%2e/b", "%00", "a%0Ab", "%zz", "%4"})
  void path_thatIsNone_400(String rest) {
    assertThat(send("GET", rest).status()).isEqualTo(400);
    assertThat(send("DELETE", rest).status()).isEqualTo(400);
  }

  /** The query must not replace a value of the path. */
  @Test
  void query_namesTheKey_refused() {
    make("mine");
    make("other");
    assertThat(send("DELETE", "mine?key=other").status()).isEqualTo(400);
    assertThat(send("GET", "other").status()).isEqualTo(200);
    assertThat(send("GET", "mine?_=1").status()).isEqualTo(200);
  }
}
