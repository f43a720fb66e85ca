package dev.parley.app.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.AcknowledgedWrites;
import dev.parley.testing.Appenders;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ParleyProcess.Result;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Waiting;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A killed server, damage to its files, a refused start, a repair, and a server on the result. */
class RepairIT {
  @TempDir Path work;

  @Test
  void kill_damage_repair_start() throws IOException {
    AcknowledgedWrites ledger = new AcknowledgedWrites();
    UUID agentId;
    try (ServerProcess server = ServerProcess.start(work)) {
      agentId = server.agent();
      Appenders appenders = new Appenders(agentId, 4, ledger);
      appenders.start(server.channel());
      Waiting.until(() -> ledger.count() > 100, () -> "no appends");
      Result inUse = run("repair", "--data", "data", "--to", "other/data");
      assertThat(inUse.err()).contains("is in use by process " + server.pid()).hasLineCount(1);
      assertThat(inUse.exitCode()).isEqualTo(2);
      server.kill();
      appenders.awaitFailures();
    }
    try (DirectoryStream<Path> manifests =
        Files.newDirectoryStream(work.resolve("data/rocksdb"), "MANIFEST-*")) {
      for (Path manifest : manifests) {
        Files.delete(manifest);
      }
    }
    Result refused = run("--port", "0");
    assertThat(refused.err()).contains("'parley repair'").hasLineCount(1);
    assertThat(run("check").out()).contains("'parley repair'");

    Result repaired = run("repair", "--data", "data", "--to", "other/data");

    assertThat(repaired.err()).isEmpty();
    assertThat(repaired.out()).contains("Repaired data into other/data: 1 agent, ");
    assertThat(repaired.exitCode()).isEqualTo(1);
    assertThat(run("check", "--data", "other/data").exitCode()).isZero();
    // The root key is the same, so the server of the copy accepts it.
    try (ServerProcess server = ServerProcess.start(work.resolve("other"))) {
      ledger.verify(server.channel(), agentId);
    }
  }

  private Result run(String... args) {
    return ParleyProcess.run(work, Map.of(), args);
  }
}
