package dev.parley.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.PostgresServer;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers on one database. One of them is killed during its work. */
class TwoServersIT {
  private static final int APPENDERS = 64;
  private static final int MESSAGES = 500;
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(6);

  @TempDir private Path work;

  private final String url = PostgresServer.shared().newDatabase();

  @Test
  void oneKilled_otherGoesOnAndNothingIsLost() throws IOException {
    try (ServerProcess one = start("one");
        ServerProcess two = start("two")) {
      UUID agentId = one.agent();
      try (Traffic traffic = startTraffic(one, two, agentId)) {
        traffic.awaitProgress(MESSAGES);

        one.kill();

        traffic.awaitProgress(MESSAGES);
        traffic.close();
        assertThat(traffic.surprises()).isEmpty();
        traffic.verify(two.channel());
      }
    }
  }

  private ServerProcess start(String name) throws IOException {
    return ServerProcess.start(
        Files.createDirectory(work.resolve(name)),
        Map.of("PARLEY_REQUEST_TIMEOUT_SECONDS", Long.toString(REQUEST_TIMEOUT.toSeconds())),
        "--store",
        url);
  }

  private static Traffic startTraffic(ServerProcess one, ServerProcess two, UUID agentId) {
    return Traffic.startOnOneSession(List.of(one.channel(), two.channel()), agentId, APPENDERS);
  }
}
