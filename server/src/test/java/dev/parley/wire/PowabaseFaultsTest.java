package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** If the store fails, is overloaded or does not answer, errors have the format of Powabase. */
class PowabaseFaultsTest {
  private final FaultyStore faults = new FaultyStore();
  private ServerFixture server;

  @BeforeEach
  void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .wrap(faults::around)
            .flag(Setting.REQUEST_TIMEOUT_SECONDS, "1")
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> get() {
    return server.send("GET", "/api/sessions/" + UUID.randomUUID(), server.rootKey(), null);
  }

  private static void isError(HttpResponse<String> answer, int status, String text) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo("{\"error\":\"" + text + "\"}");
  }

  @Test
  void busy_429WithWhenToTryAgain() {
    faults.fail("findSession", new SessionException(ErrorReason.OVERLOADED, "Too much waits."));
    HttpResponse<String> answer = get();
    isError(answer, 429, "Rate limit exceeded");
    assertThat(answer.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 3L);
  }

  @Test
  void unavailable_503WithWhenToTryAgain() {
    faults.fail("findSession", new SessionException(ErrorReason.UNAVAILABLE, "Closed."));
    HttpResponse<String> answer = get();
    isError(answer, 503, "Service temporarily unavailable");
    assertThat(answer.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 3L);
  }

  @Test
  void doesNotAnswer_503() {
    faults.answer("findSession", new CompletableFuture<>());
    isError(get(), 503, "Service temporarily unavailable");
  }

  @Test
  void fails_500WithoutItsWords() {
    faults.fail("findSession", new IllegalStateException("/var/lib/secret"));
    isError(get(), 500, "Internal server error");
  }
}
