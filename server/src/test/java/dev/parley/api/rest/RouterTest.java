package dev.parley.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpMethod;
import dev.parley.api.call.ApiCatalog;
import dev.parley.api.foundry.FoundryApi;
import dev.parley.api.grip.GripApi;
import dev.parley.api.guayaba.GuayabaApi;
import dev.parley.api.parley.NativeApi;
import dev.parley.api.parley.webhook.WebhookService;
import dev.parley.api.powabase.PowabaseApi;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes of five APIs, found by method and path. */
class RouterTest {
  private static final Router ROUTER = new Router(catalog().rpcs());

  /** Routes need no use cases. */
  private static ApiCatalog catalog() {
    Clock clock = Clock.systemUTC();
    return new ApiCatalog(
        List.of(
            NativeApi.of(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                WebhookService.off(),
                clock),
            GuayabaApi.of(null, null, null),
            GripApi.of(null, clock),
            PowabaseApi.of(null, null, null),
            FoundryApi.of(null, null)));
  }

  private static String found(HttpMethod method, String path) {
    Router.Match match = ROUTER.find(method, path);
    return match == null
        ? "none"
        : match.route().rpc().service().replaceFirst("\\..*", "")
            + "."
            + match.route().rpc().name()
            + match.values();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /v1/agents                      | parley.ListAgents[]",
        "GET    | /v1/agents/a                    | parley.GetAgent[a]",
        "GET    | /v1//agents                     | parley.ListAgents[]",
        "GET    | /v1/%61gents                    | parley.ListAgents[]",
        "POST   | /v1/keys/k:rotate               | parley.RotateKey[k]",
        "DELETE | /v1/keys/k:rotate               | parley.RevokeKey[k:rotate]",
        "POST   | /v1/agents/a/messages:append    | parley.AppendMessages[a]",
        "POST   | /v1/agents/a/sessions/s:archive | parley.ArchiveSession[a, s]",
        "POST   | /v1/agents/a/sessions/s         | none",
        "POST   | /v1/agents/a/sessions/:archive  | none",
        "GET    | /v1/agents/a/sessions/s:archive | parley.GetSession[a, s:archive]",
        "GET    | /v1/agents/a/keys/k             | parley.GetSession[a, k]",
        "GET    | /v1/agents/a/keys/k/l//m/       | parley.GetSession[a, k/l//m/]",
        "GET    | /v1/agents/a/keys/%2F           | parley.GetSession[a, %2F]",
        "GET    | /v1/agents/a/sessions:lookup    | parley.GetSession[a]",
        "GET    | /v1/agents/                     | none",
        "GET    | /v1/agents/a/                   | none",
        "GET    | /api/v1/sessions                | grip.ListSessions[]",
        "GET    | /api/v1/sessions/               | grip.GetSession[]",
        "GET    | /api/v1/sessions//a             | grip.GetSession[/a]",
        "DELETE | /api/v1/sessions/a:b            | grip.DeleteSession[a:b]",
        "DELETE | /api/v1/sessions:lookup         | grip.DeleteSession[]",
        "GET    | /api/v1/agents/a/sessions       | guayaba.ListSessions[a]",
        "POST   | /api/v1/agents/a/archives/restore | guayaba.RestoreArchive[a]",
        "GET    | /api/sessions/s/messages        | powabase.ListMessages[s]",
        "GET    | /api/v2/aipAgents/agents/allSessions | foundry.GetAllSessions[]",
        "GET    | /api/v2/aipAgents/agents/r/sessions/s/content | foundry.GetContent[r, s]",
        "GET    | /                               | none",
        "GET    | *                               | none",
        "GET    | /v1                             | none"
      })
  void route_isFound(HttpMethod method, String path, String rpc) {
    // An empty rest of a path is also printed as an empty list.
    assertThat(found(method, path)).isEqualTo(rpc);
  }

  @Test
  void methods_areThoseOfEveryRouteWithThePath() {
    assertThat(ROUTER.methods("/v1/agents"))
        .containsExactlyInAnyOrder(HttpMethod.GET, HttpMethod.POST);
    assertThat(ROUTER.methods("/v1/agents/a/sessions/s:archive"))
        .containsExactlyInAnyOrder(
            HttpMethod.GET, HttpMethod.PATCH, HttpMethod.DELETE, HttpMethod.POST);
    assertThat(ROUTER.methods("/nowhere")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pageSize", "page_size", "pageToken", "page_token", "order"})
  void queryFields_haveBothSpellings(String name) {
    RestRoute route = ROUTER.find(HttpMethod.GET, "/v1/agents/a/sessions/s/messages").route();

    assertThat(route.queryFields()).containsKey(name);
    assertThat(route.isField("session_id.x")).isTrue();
    assertThat(route.queryFields()).doesNotContainKeys("session_id", "sessionId");
  }

  /** A query may use the lowerCamelCase name of a field even if JSON has another name. */
  @Test
  void fieldWithAJsonNameOfItsOwn_isKnownInLowerCamelCaseToo() {
    RestRoute route =
        ROUTER.find(HttpMethod.GET, "/api/sessions/s/runs/r/retrieved-context").route();

    assertThat(route.isField("run_id")).isTrue();
    assertThat(route.isField("runId")).isTrue();
  }
}
