package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.PostgresServer;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Traffic;
import dev.parley.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers with one database, of which one fails in the middle of its work. */
class TwoServersIT {
  private static final int APPENDERS = 64;
  private static final int MESSAGES = 500;
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(6);

  /** Long enough for a transaction that goes on to have done so. */
  private static final Duration STANDSTILL = Duration.ofMillis(500);

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

  @Test
  void oneStoppedInTheMiddle_givesItsLocksBackAndLaterGoesOn() throws Exception {
    try (ServerProcess one = start("one");
        ServerProcess two = start("two")) {
      UUID agentId = one.agent();
      try (Traffic traffic = startTraffic(one, two, agentId)) {
        traffic.awaitProgress(MESSAGES);
        try {
          Waiting.until(() -> stopInTransaction(one), () -> "a stop in a transaction");
          long begin = System.nanoTime();
          traffic.awaitProgress(MESSAGES);
          assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(REQUEST_TIMEOUT);
        } finally {
          signal("CONT", one);
        }
        traffic.awaitProgress(MESSAGES);
        traffic.close();
        traffic.verify(one.channel());
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

  /** Stops a server; where it is not in a transaction then, it goes on and the answer is false. */
  private boolean stopInTransaction(ServerProcess server) {
    signal("STOP", server);
    long begin = System.nanoTime();
    Waiting.until(
        () -> System.nanoTime() - begin > STANDSTILL.toNanos(), () -> "the clock has stopped");
    if (standstills() > 0) {
      return true;
    }
    signal("CONT", server);
    return false;
  }

  private long standstills() {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND state = 'idle in transaction'
                  AND state_change < now() - interval '%d ms'
                """
                    .formatted(STANDSTILL.toMillis() / 2))) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void signal(String name, ServerProcess server) {
    try {
      assertThat(new ProcessBuilder("kill", "-" + name, "" + server.pid()).start().waitFor())
          .isZero();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
