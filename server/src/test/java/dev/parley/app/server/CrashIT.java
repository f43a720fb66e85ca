package dev.parley.app.server;

import dev.parley.testing.AcknowledgedWrites;
import dev.parley.testing.Appenders;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Waiting;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A killed server loses no acknowledged write. One store is used in all rounds. {@code
 * -Dparley.crash.rounds} sets their number.
 */
class CrashIT {
  private static final int ROUNDS = Integer.getInteger("parley.crash.rounds", 2);
  private static final int APPENDERS = 64;
  private static final int MESSAGES_PER_ROUND = 1_000;

  @TempDir private Path work;

  @Test
  void server_killedUnderAppends_keepsWhatItAcknowledged() {
    killUnderAppends();
  }

  @Test
  void serverOnPostgres_killedUnderAppends_keepsWhatItAcknowledged() {
    try (PostgresServer postgres =
        PostgresServer.own(List.of("fsync=on", "synchronous_commit=on", "max_connections=100"))) {
      killUnderAppends("--store", postgres.newDatabase());
    }
  }

  private void killUnderAppends(String... flags) {
    AcknowledgedWrites ledger = new AcknowledgedWrites();
    UUID agentId;
    try (ServerProcess server = ServerProcess.start(work, flags)) {
      agentId = server.agent();
    }
    Appenders appenders = new Appenders(agentId, APPENDERS, ledger);
    for (int round = 1; round <= ROUNDS; round++) {
      try (ServerProcess server = ServerProcess.start(work, flags)) {
        ledger.verify(server.channel(), agentId);
        int before = ledger.count();
        appenders.start(server.channel());
        Waiting.until(() -> ledger.count() - before >= MESSAGES_PER_ROUND, server::err);
        server.kill();
        appenders.awaitFailures();
      }
    }
    try (ServerProcess server = ServerProcess.start(work, flags)) {
      ledger.verify(server.channel(), agentId);
    }
  }
}
