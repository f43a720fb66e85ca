package dev.parley.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.app.Main;
import dev.parley.app.cli.console.RowPrinter;
import dev.parley.config.Setting;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.SetClock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code parley retention preview}, against a real server. */
class RetentionCommandTest {
  private static final String NOW = "2026-03-01T00:00:00Z";
  private static ServerFixture server;
  private static UUID agent;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder).clock(new SetClock(NOW)).flag(Setting.SWEEP_SECONDS, "0").start();
    agent = server.agent("acme");
    make("\"key\":\"by ttl\",\"ttl\":\"7200s\"");
    make("\"key\":\"by time\",\"expireTime\":\"2026-03-01T01:00:00Z\"");
    String path = "/v1/agents/" + agent;
    ok(server.send("PATCH", path, server.rootKey(), "{\"defaultSessionTtl\":\"10800s\"}"));
    make("\"key\":\"by default\"");
    make("\"key\":\"never\",\"ttl\":\"0s\"");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void make(String fields) {
    ok(
        server.send(
            "POST", "/v1/agents/" + agent + "/sessions", server.rootKey(), "{" + fields + "}"));
  }

  private static void ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static List<String> lines(String agent, String until, int limit) {
    ExpiryPreview preview =
        ExpiryPreview.read(server.channel(server.rootKey()), agent, Instant.parse(until), limit);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RowPrinter rows = new RowPrinter(new PrintStream(out, true, UTF_8), false);
    preview.addTo(rows);
    rows.flush();
    List<String> lines = new ArrayList<>(out.toString(UTF_8).lines().toList());
    lines.add(preview.total());
    return lines;
  }

  private static int run(String... options) {
    List<String> arguments = new ArrayList<>(List.of("retention", "preview"));
    arguments.addAll(
        List.of("--server", "http://127.0.0.1:" + server.port(), "--key", server.rootKey()));
    arguments.addAll(List.of(options));
    return Main.run(arguments.toArray(String[]::new));
  }

  @Test
  void preview_firstToGoFirst_withReasons() {
    List<String> lines = lines(agent.toString(), "2026-03-02T00:00:00.9Z", 100);

    assertThat(lines).hasSize(4);
    assertThat(lines.get(0))
        .matches("2026-03-01T01:00:00Z\texpire_time\t" + agent + "\t.{36}\t0\tby time");
    assertThat(lines.get(1)).startsWith("2026-03-01T02:00:00Z\tttl of session\t");
    assertThat(lines.get(2)).startsWith("2026-03-01T03:00:00Z\tdefault ttl of agent\t");
    assertThat(lines.get(3)).isEqualTo("3 sessions will expire before 2026-03-02T00:00:00Z");
  }

  @Test
  void preview_limit_listsFewAndCountsAll() {
    List<String> lines = lines(null, "2026-03-01T02:00:00Z", 1);

    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).endsWith("\tby time");
    assertThat(lines.get(1))
        .isEqualTo("2 sessions will expire before 2026-03-01T02:00:00Z (1 listed)");
  }

  @Test
  void preview_atItsBounds_done() {
    assertThat(run()).isZero();
    assertThat(run("--limit", "1", "--until", "2026-03-02T00:00:00Z")).isZero();
    assertThat(run("--limit", "100000", "--agent", agent.toString())).isZero();
  }

  @Test
  void preview_badOptions_refused() {
    assertThat(run("--limit", "0")).isEqualTo(2);
    assertThat(run("--limit", "100001")).isEqualTo(2);
    assertThat(run("--until", "tomorrow")).isEqualTo(2);
    assertThat(run("--agent", UUID.randomUUID().toString())).isEqualTo(1);
  }
}
