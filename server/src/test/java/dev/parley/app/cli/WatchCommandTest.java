package dev.parley.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.app.Main;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code parley watch}, against a real server. */
@Timeout(60)
class WatchCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PrintStream before = System.out;
  private ServerFixture server;
  private UUID agent;
  private String session;

  @BeforeEach
  void start(@TempDir Path folder) {
    server = ServerFixture.start(folder);
    agent = server.agent("acme");
    session = JsonBodies.text(send("POST", "/sessions", "{\"key\":\"k\"}"), "/sessionId");
    System.setOut(new PrintStream(out, true, UTF_8));
  }

  @AfterEach
  void stop() {
    System.setOut(before);
    server.close();
  }

  private String send(String method, String path, String body) {
    HttpResponse<String> answer =
        server.send(method, "/v1/agents/" + agent + path, server.rootKey(), body);
    assertThat(answer.statusCode()).describedAs(answer.body()).isBetween(200, 204);
    return answer.body();
  }

  private void append(String content) {
    send(
        "POST",
        "/messages:append",
        "{\"key\":\"k\",\"messages\":[{\"role\":\"USER\",\"content\":\"%s\"}]}".formatted(content));
  }

  private CompletableFuture<Integer> watch(String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "watch",
                "--server",
                "http://127.0.0.1:" + server.port(),
                "--key",
                server.rootKey(),
                "--agent",
                agent.toString(),
                "--session",
                session));
    arguments.addAll(List.of(options));
    return CompletableFuture.supplyAsync(() -> Main.run(arguments.toArray(String[]::new)));
  }

  private String printed() {
    return out.toString(UTF_8);
  }

  @Test
  void watch_printsMessages_untilTheSessionIsDeleted() {
    append("one\\u001b[2J");
    CompletableFuture<Integer> status = watch();
    Waiting.until(() -> printed().contains("one"), () -> "the first message");
    append("two");
    Waiting.until(() -> printed().contains("two"), () -> "the second message");
    send("DELETE", "/sessions/" + session, null);

    assertThat(status.join()).isZero();
    assertThat(printed().lines()).hasSize(3);
    assertThat(printed()).contains("one\\u001b[2J").endsWith("deleted\n");
  }

  @Test
  void watch_json_afterASequence_printsObjects() {
    append("one");
    append("two");
    CompletableFuture<Integer> status = watch("--json", "--after", "1");
    Waiting.until(() -> printed().contains("caughtUp"), () -> "the end of the list");
    send("DELETE", "/sessions/" + session, null);

    assertThat(status.join()).isZero();
    List<String> lines = printed().lines().toList();
    assertThat(JsonBodies.text(lines.get(0), "/message/content")).isEqualTo("two");
    assertThat(JsonBodies.text(lines.get(0), "/resumeToken")).startsWith("s2.");
  }

  @Test
  void watch_ofAnUnknownSession_isRejected() {
    session = UUID.randomUUID().toString();
    assertThat(watch().join()).isEqualTo(1);
  }
}
