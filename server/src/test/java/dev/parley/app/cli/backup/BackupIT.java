package dev.parley.app.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.AcknowledgedWrites;
import dev.parley.testing.Appenders;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ParleyProcess.Result;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backup, data loss, restore and check, as DATA.md describes them. */
class BackupIT {
  @TempDir Path work;

  @Test
  void backup_disaster_restore_check() throws IOException {
    AcknowledgedWrites ledger = new AcknowledgedWrites();
    UUID agentId;
    try (ServerProcess server = ServerProcess.start(work)) {
      agentId = server.agent();
      Appenders appenders = new Appenders(agentId, 4, ledger);
      appenders.start(server.channel());
      Waiting.until(() -> ledger.count() > 100, () -> "no appends");

      Result backup = server.run("backup", "night.zip");

      assertThat(backup.err()).isEmpty();
      assertThat(backup.exitCode()).isZero();
      assertThat(backup.out())
          .startsWith("Backed up to night.zip: 1 agent, 0 keys, ")
          .contains("The backup does not contain the root key");
      Result again = server.run("backup", "night.zip");
      assertThat(again.err()).contains("night.zip already exists. --force").hasLineCount(1);
      assertThat(again.exitCode()).isEqualTo(2);
      Result inUse = run("check", "--data", "data");
      assertThat(inUse.err()).contains("is in use by process " + server.pid()).hasLineCount(1);
      assertThat(inUse.exitCode()).isEqualTo(2);
      Result refused = server.run("backup", "--key", "g_root_" + "0".repeat(48), "no.zip");
      assertThat(refused.err()).startsWith("parley: UNAUTHENTICATED: ").hasLineCount(1);
      assertThat(refused.exitCode()).isEqualTo(1);
      server.kill();
      appenders.awaitFailures();
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path("night.zip"))))
        .isEqualTo("rw-------");
    well("restore", "night.zip", "--data", "fresh/folder");
    well("check", "--data", "fresh/folder");
    well("backup", "--data", "data", "last.zip");
    Files.createDirectories(path("other/data"));
    well("restore", "last.zip", "--data", "other/data");
    Files.copy(path("data/root.key"), path("other/data/root.key"));
    try (ServerProcess server = ServerProcess.start(path("other"))) {
      ledger.verify(server.channel(), agentId);
    }
    try (Stream<Path> left = Files.list(work)) {
      assertThat(left.map(each -> each.getFileName().toString()))
          .doesNotContain("no.zip", "no.zip.partial", "night.zip.partial")
          .noneMatch(name -> name.startsWith(".parley-"));
    }
  }

  @Test
  void restore_whatCannotBe_refusedAndLeavesNothing() throws IOException {
    try (ServerProcess server = ServerProcess.start(work)) {
      server.agent();
      assertThat(server.run("backup", "b.zip").exitCode()).isZero();
    }
    byte[] bytes = Files.readAllBytes(path("b.zip"));
    bytes[bytes.length / 3] ^= 1;
    Files.write(path("damaged.zip"), bytes);

    Result full = run("restore", "b.zip", "--data", "data");
    Result none = run("restore", "none.zip", "--data", "x");
    Result damaged = run("restore", "damaged.zip", "--data", "x");
    Result checked = run("check", "damaged.zip");
    // The store of the command line is used, not the database of the environment.
    Result nothing =
        ParleyProcess.run(
            work,
            Map.of("PARLEY_STORE", "jdbc:postgresql://127.0.0.1:1/none"),
            "check",
            "--data",
            "x");

    assertThat(full.err()).contains("data is not empty").hasLineCount(1);
    assertThat(full.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("none.zip cannot be read").hasLineCount(1);
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(damaged.err()).startsWith("parley: damaged.zip cannot be restored: ");
    assertThat(damaged.exitCode()).isEqualTo(1);
    assertThat(path("x")).doesNotExist();
    assertThat(checked.out()).startsWith("found: backup damaged.zip: ");
    assertThat(checked.exitCode()).isEqualTo(1);
    assertThat(nothing.err()).contains("no Parley store found in x");
    assertThat(nothing.exitCode()).isEqualTo(2);
  }

  private void well(String... args) {
    Result result = run(args);
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .containsAnyOf("no damage found.", "Restored ", "Backed up to ")
        .contains("1 agent");
    assertThat(result.exitCode()).isZero();
  }

  private Result run(String... args) {
    return ParleyProcess.run(work, Map.of(), args);
  }

  private Path path(String name) {
    return work.resolve(name);
  }
}
