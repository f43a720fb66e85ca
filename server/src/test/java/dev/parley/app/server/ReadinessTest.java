package dev.parley.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Waiting;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The answers of {@code /readyz} for stores that work and stores that fail. */
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

  /** Other servers would only get its load as well. */
  @Test
  void ask_storeOverloaded_200() {
    faulty.fail("findSession", new SessionException(ErrorReason.OVERLOADED, "much"));

    try (ServerFixture server = start()) {
      assertThat(ask(server).statusCode()).isEqualTo(200);
      assertThat(faulty.asked("findSession")).isEqualTo(1);
    }
  }

  @Test
  void ask_storeWell_ready() {
    try (ServerFixture server = start()) {
      HttpResponse<String> answer = ask(server);

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("{\"status\":\"READY\"}");
      assertThat(metrics(server)).contains("\nparley_store_writable 1.0\n");
    }
  }

  @Test
  void ask_writesFail_200AndReadOnly() {
    faulty.fail("checkWritable", new SessionException(ErrorReason.UNAVAILABLE, "full"));

    requireReadOnly(200, "off");
  }

  @Test
  void ask_writesSilent_200AndReadOnly() {
    faulty.answer("checkWritable", new CompletableFuture<>());

    requireReadOnly(200, "off");
  }

  @Test
  void ask_writesFailAndAreRequired_503AndReadOnly() {
    faulty.fail("checkWritable", new IllegalStateException("full"));

    requireReadOnly(503, "on");
  }

  @Test
  void ask_writesOverloaded_ready() {
    faulty.fail("checkWritable", new SessionException(ErrorReason.OVERLOADED, "much"));

    try (ServerFixture server = start()) {
      assertThat(ask(server).body()).isEqualTo("{\"status\":\"READY\"}");
    }
  }

  @Test
  void ask_readsAndWritesFail_storeUnavailable() {
    faulty.fail("findSession", new SessionException(ErrorReason.UNAVAILABLE, "gone"));
    faulty.fail("checkWritable", new SessionException(ErrorReason.UNAVAILABLE, "gone"));

    requireUnavailable();
  }

  @Test
  void ask_writesWorkAgain_readyAgain() {
    faulty.failOnce("checkWritable", new SessionException(ErrorReason.UNAVAILABLE, "full"));

    try (ServerFixture server = start()) {
      assertThat(ask(server).body()).isEqualTo("{\"status\":\"READ_ONLY\"}");
      Waiting.until(
          () -> ask(server).body().equals("{\"status\":\"READY\"}"), () -> "a writable store");
      assertThat(metrics(server)).contains("\nparley_store_writable 1.0\n");
    }
  }

  private void requireReadOnly(int status, String requiresWrites) {
    try (ServerFixture server =
        ServerFixture.in(folder)
            .flag(Setting.READYZ_REQUIRES_WRITES, requiresWrites)
            .wrap(faulty::around)
            .start()) {
      HttpResponse<String> answer = ask(server);

      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.body()).isEqualTo("{\"status\":\"READ_ONLY\"}");
      assertThat(metrics(server)).contains("\nparley_store_writable 0.0\n");
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

  private static String metrics(ServerFixture server) {
    return server.send("GET", "/metrics", null, null).body();
  }

  private static HttpResponse<String> ask(ServerFixture server) {
    return server.send("GET", "/readyz", null, null);
  }
}
