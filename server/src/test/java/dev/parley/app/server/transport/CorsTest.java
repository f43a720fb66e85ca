package dev.parley.app.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls from web pages of other origins. */
class CorsTest {
  private static final String SITE = "https://app.example";
  private static final String ALLOWED = "access-control-allow-origin";

  private static final List<String> ROUTES =
      List.of(
          "/v1/agents",
          "/api/v1/sessions/some:key",
          "/api/v1/agents/550e8400-e29b-41d4-a716-446655440000/sessions/rename",
          "/api/sessions/sess_00000000000000000000000000000000",
          "/api/v2/aipAgents/agents/allSessions",
          "/parley.v1.SessionService/ListSessions");

  @TempDir private Path folder;

  /** Preflight requests without a credential, on routes of each API and of gRPC-Web. */
  @Test
  void preflight_namedSite_allowedOnEveryApi() {
    try (ServerFixture server = start(SITE + ",http://localhost:3000")) {
      assertThat(ROUTES).allSatisfy(path -> requireAllowed(preflight(server, SITE, path)));
    }
  }

  private static void requireAllowed(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue(ALLOWED)).hasValue(SITE);
    assertThat(answer.headers().firstValue("access-control-allow-methods").orElseThrow())
        .contains("GET", "POST", "PUT", "PATCH", "DELETE");
    assertThat(answer.headers().firstValue("access-control-allow-headers").orElseThrow())
        .containsIgnoringCase("authorization")
        .containsIgnoringCase("x-grpc-web");
    assertThat(answer.headers().firstValue("access-control-max-age")).hasValue("3600");
    assertThat(answer.headers().firstValue("access-control-allow-credentials")).isEmpty();
  }

  @Test
  void preflight_otherSite_notAllowed() {
    try (ServerFixture server = start(SITE)) {
      HttpResponse<String> answer = preflight(server, "https://evil.example", "/v1/agents");

      assertThat(answer.headers().firstValue(ALLOWED)).isEmpty();
    }
  }

  /** Errors have the headers as well, so that a page can read them. */
  @Test
  void call_namedSite_answerAndRefusalReadable() {
    try (ServerFixture server = start(SITE)) {
      HttpResponse<String> answer = get(server, SITE, server.rootKey());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue(ALLOWED)).hasValue(SITE);
      assertThat(answer.headers().firstValue("access-control-expose-headers").orElseThrow())
          .contains("x-request-id", "grpc-status", "etag");

      HttpResponse<String> refusal = get(server, SITE, "g_root_" + "0".repeat(48));
      assertThat(refusal.statusCode()).isEqualTo(401);
      assertThat(refusal.headers().firstValue(ALLOWED)).hasValue(SITE);

      assertThat(get(server, "https://evil.example", server.rootKey()).headers().map())
          .doesNotContainKey(ALLOWED);
    }
  }

  @Test
  void call_anySite_readable() {
    try (ServerFixture server = start("*")) {
      assertThat(get(server, "https://" + UUID.randomUUID(), server.rootKey()).headers().map())
          .containsKey(ALLOWED);
    }
  }

  @Test
  void preflight_noSiteSet_isNoRoute() {
    try (ServerFixture server = ServerFixture.start(folder)) {
      HttpResponse<String> answer = preflight(server, SITE, "/v1/agents");

      assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
      assertThat(answer.headers().firstValue(ALLOWED)).isEmpty();
    }
  }

  private ServerFixture start(String origins) {
    return ServerFixture.in(folder).flag(Setting.CORS_ORIGINS, origins).start();
  }

  private static HttpResponse<String> preflight(ServerFixture server, String site, String path) {
    return server.send(
        request ->
            request
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", site)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,x-grpc-web"),
        path);
  }

  private static HttpResponse<String> get(ServerFixture server, String site, String key) {
    return server.send(
        request -> request.header("Origin", site).header("Authorization", "Bearer " + key),
        "/v1/agents");
  }
}
