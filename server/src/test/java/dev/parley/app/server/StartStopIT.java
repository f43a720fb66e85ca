package dev.parley.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.AcknowledgedWrites;
import dev.parley.testing.Appenders;
import dev.parley.testing.Grpcurl;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Waiting;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Start and stop of the packaged server: its output, its files, and its end. */
class StartStopIT {
  private static final String GIVEN_ROOT_KEY = "g_root_" + "0123456789abcdef".repeat(3);
  private static final Duration STOP_MAX = Duration.ofSeconds(10);
  private static final int APPENDERS = 16;
  private static final Pattern SCRIPT = Pattern.compile("main\\.[0-9a-f]+\\.js");

  @TempDir private Path work;

  @Test
  void start_newFolder_saysHowToBeginAndIsTheOwnersAlone() throws IOException {
    try (ServerProcess server = ServerProcess.start(work)) {
      assertThat(server.out())
          .startsWith(
              """
              Parley listens on %1$s (gRPC, gRPC-Web and HTTP/JSON), data in data
              Root key: data/root.key
              Try: curl -H "Authorization: Bearer $(cat 'data/root.key')" %1$s/v1/agents
              Console: %1$s/console/  Reference: %1$s/openapi/  Version: """
                  .formatted(server.url()));
      assertThat(server.out().lines()).hasSize(4);
      assertThat(server.err()).isEmpty();
      assertThat(permissions(server.data())).isEqualTo("rwx------");
      assertThat(permissions(server.data().resolve("root.key"))).isEqualTo("rw-------");
      assertThat(server.rootKey()).matches("g_root_[0-9a-f]{48}");
    }
  }

  /** Pages and probes that need no key. */
  @Test
  void start_operationsRoutes_answer() {
    try (ServerProcess server = ServerProcess.start(work)) {
      assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(server.get("/docs/").statusCode()).isEqualTo(200);
      assertThat(server.get("/docs/").body()).contains("<html");
      // The first request has started to make the descriptions. The script is sent meanwhile.
      Matcher script = SCRIPT.matcher(server.get("/docs/").body());
      assertThat(script.find()).isTrue();
      assertThat(server.get("/docs/" + script.group()).body()).hasSizeGreaterThan(1_000_000);
      for (String file :
          List.of(
              "console/",
              "console/main.js",
              "console/lit-html/lit-html.js",
              "console/lit-html/directive.js",
              "console/lit-html/directive-helpers.js",
              "console/lit-html/directives/repeat.js",
              "console/markdown-it/dist/markdown-it.min.js",
              "console/dompurify/dist/purify.min.js",
              "console/highlightjs/highlight.min.js",
              "console/uplot/dist/uPlot.iife.min.js",
              "console/uplot/dist/uPlot.min.css",
              "openapi/",
              "openapi/parley.json",
              "openapi/swagger-ui/swagger-ui.css",
              "openapi/swagger-ui/swagger-ui-bundle.js")) {
        assertThat(server.get("/" + file).statusCode()).describedAs(file).isEqualTo(200);
      }
      Grpcurl.Result health =
          Grpcurl.run("-plaintext", "127.0.0.1:" + server.port(), "grpc.health.v1.Health/Check");
      assertThat(health.out()).contains("\"status\": \"SERVING\"");
    }
  }

  @Test
  void start_settingsFromThreePlaces_flagBeatsEnvironmentBeatsFile() throws IOException {
    Files.writeString(work.resolve("parley.properties"), "data=of-file\nhost=of.file.invalid\n");
    Map<String, String> environment =
        Map.of("PARLEY_HOST", "127.0.0.1", "PARLEY_DATA", "of-environment");

    try (ServerProcess server =
        ServerProcess.start(work, environment, "--config", "parley.properties")) {
      assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(server.out()).contains("data in data\n");
      assertThat(work.resolve("of-environment")).doesNotExist();
      assertThat(work.resolve("of-file")).doesNotExist();
    }
  }

  @Test
  void start_rootKeyGiven_isUsedAndNotWritten() {
    try (ServerProcess server =
        ServerProcess.start(work, Map.of("PARLEY_ROOT_KEY", GIVEN_ROOT_KEY))) {
      assertThat(server.out()).contains("Bearer $PARLEY_ROOT_KEY").doesNotContain(GIVEN_ROOT_KEY);
      assertThat(server.data().resolve("root.key")).doesNotExist();
    }
  }

  @Test
  void start_again_keepsRootKeyAndAgents() {
    String rootKey;
    UUID agentId;
    try (ServerProcess server = ServerProcess.start(work)) {
      rootKey = server.rootKey();
      agentId = server.agent();
      server.terminate();
      assertThat(server.awaitExit()).isZero();
    }
    try (ServerProcess server = ServerProcess.start(work)) {
      assertThat(server.rootKey()).isEqualTo(rootKey);
      assertThat(server.run("agents", "list").out()).startsWith(agentId + "\tacme\t");
    }
  }

  /**
   * Calls before the stop are answered, later calls fail with a retryable error, and each call gets
   * a definite answer.
   */
  @Test
  void terminate_appendsInFlight_areAnsweredOrUnavailable() {
    AcknowledgedWrites ledger = new AcknowledgedWrites();
    UUID agentId;
    try (ServerProcess server = ServerProcess.start(work)) {
      agentId = server.agent();
      Appenders appenders = new Appenders(agentId, APPENDERS, ledger);
      appenders.start(server.channel());
      Waiting.until(() -> ledger.count() >= 200, server::err);

      long asked = System.nanoTime();
      server.terminate();

      assertThat(server.awaitExit()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(STOP_MAX);
      assertThat(appenders.awaitFailures())
          .hasSize(APPENDERS)
          .extracting(Status::getCode)
          .containsOnly(Status.Code.UNAVAILABLE);
      assertThat(server.err()).doesNotContain("ERROR", "WARN", "Exception");
    }
    try (ServerProcess server = ServerProcess.start(work)) {
      ledger.verify(server.channel(), agentId);
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
