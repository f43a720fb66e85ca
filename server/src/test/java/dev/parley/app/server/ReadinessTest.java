package dev.parley.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /readyz} says of a store that is not well. */
class ReadinessTest {
  @TempDir private Path folder;
  private final FaultyStore faulty = new FaultyStore();

  @Test
  void ask_storeGone_503() {
    faulty.fail("findSession", new SessionException(ErrorReason.UNAVAILABLE, "gone"));

    requireUnavailable();
  }

  @Test
  void ask_storeSilent_503() {
    faulty.answer("findSession", new CompletableFuture<>());

    requireUnavailable();
  }

  /** It is there: to send its calls to other servers would only move them. */
  @Test
  void ask_storeOverloaded_200() {
    faulty.fail("findSession", new SessionException(ErrorReason.OVERLOADED, "much"));

    try (ServerFixture server = start()) {
      assertThat(ask(server).statusCode()).isEqualTo(200);
      assertThat(faulty.asked("findSession")).isEqualTo(1);
    }
  }

  private void requireUnavailable() {
    try (ServerFixture server = start()) {
      HttpResponse<String> answer = ask(server);

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).isEqualTo("{\"status\":\"STORE_UNAVAILABLE\"}");
      assertThat(server.send("GET", "/healthz", null, null).statusCode()).isEqualTo(200);
    }
  }

  private ServerFixture start() {
    return ServerFixture.in(folder).wrap(faulty::around).start();
  }

  private static HttpResponse<String> ask(ServerFixture server) {
    return server.send("GET", "/readyz", null, null);
  }
}
