package dev.parley.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** If the server cannot start, it prints one line to standard error and exits with status 2. */
class RefusedStartIT {
  @TempDir private Path work;

  @Test
  void start_portInUse_refused() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      refused(
          Map.of(),
          "Cannot listen on 127.0.0.1:" + port + ": the port is in use or not allowed.",
          "--port",
          Integer.toString(port));
    }
    // The store was closed, so the folder is not locked.
    try (ServerProcess server = ServerProcess.start(work)) {
      assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void start_dataFolderIsFile_refused() throws IOException {
    Files.writeString(work.resolve("plain"), "");

    refused(Map.of(), "data folder plain is a file, not a folder", "--data", "plain");
  }

  /** A folder that not even root can write to, because it is below a device. */
  @Test
  void start_dataFolderCannotBeMade_refused() {
    ParleyProcess.Result result =
        ParleyProcess.run(work, Map.of(), "--port", "0", "--data", "/dev/null/data");

    assertThat(result.err()).startsWith("parley: data folder /dev/null/data ").hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void start_dataFolderHeldByAnother_refusedNamingIt() {
    try (ServerProcess server = ServerProcess.start(work)) {
      ParleyProcess.Result result =
          ParleyProcess.run(work, Map.of(), "--port", "0", "--data", "data");

      assertThat(result.err())
          .startsWith("parley: data folder data is in use by process " + server.pid() + ", started")
          .hasLineCount(1);
      assertThat(result.exitCode()).isEqualTo(2);
      assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void start_portOutOfRange_refused() {
    refused(
        Map.of(),
        "The setting port (PARLEY_PORT) cannot be \"65536\": it must be 0 to 65535.",
        "--port",
        "65536");
  }

  @Test
  void start_hostUnknown_refused() {
    refused(Map.of(), "The host no.such.invalid cannot be resolved.", "--host", "no.such.invalid");
  }

  @Test
  void start_unknownFlag_refusedWithHint() {
    refused(Map.of(), "Unknown option: '--prot'. Try: parley --help", "--prot");
  }

  @Test
  void serve_unknownFlag_refusedWithHint() {
    refused(Map.of(), "Unknown option: '--prot'. Try: parley serve --help", "serve", "--prot");
  }

  @Test
  void start_unknownKeyInFile_refused() throws IOException {
    Files.writeString(work.resolve("parley.properties"), "prot=8080\n");

    refused(
        Map.of(),
        "The configuration file parley.properties has an unknown key: prot",
        "--config",
        "parley.properties");
  }

  @Test
  void start_noSuchFile_refused() {
    refused(Map.of(), "The configuration file none cannot be read.", "--config", "none");
  }

  /** The URL of a store can contain a password. */
  @Test
  void start_storeUrl_refusedWithoutIt() {
    refused(
        Map.of(),
        "The setting store (PARLEY_STORE) cannot be \"***\": "
            + "it must be a URL that begins with jdbc:postgresql:.",
        "--store",
        "jdbc:mysql://db/parley?password=swordfish");
  }

  @Test
  void start_databaseDown_refusedWithoutPassword() {
    ParleyProcess.Result result =
        ParleyProcess.run(
            work,
            Map.of(),
            "--port",
            "0",
            "--store",
            "jdbc:postgresql://127.0.0.1:1/parley?user=parley&password=swordfish");

    assertThat(result.err())
        .startsWith(
            "parley: the store at jdbc:postgresql://127.0.0.1:1/parley cannot be opened: "
                + "Connection to 127.0.0.1:1 refused.")
        .doesNotContain("swordfish")
        .hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void start_missingLog_refusedAndCheckFindsIt() throws IOException {
    ServerProcess.start(work).close();
    Path database = work.resolve("data/rocksdb");
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(database, "*.log")) {
      for (Path log : logs) {
        Files.delete(log);
      }
    }

    ParleyProcess.Result started = ParleyProcess.run(work, Map.of(), "--port", "0");
    ParleyProcess.Result checked = ParleyProcess.run(work, Map.of(), "check");

    assertThat(started.exitCode()).isEqualTo(2);
    assertThat(started.err())
        .startsWith("parley: the store in ")
        .contains(" is damaged: rocksdb has no log file. The last ")
        .endsWith(
            " Restore a backup with 'parley restore', or save what can be read with"
                + " 'parley repair'.\n")
        .hasLineCount(1);
    assertThat(checked.exitCode()).isEqualTo(1);
    assertThat(checked.out()).startsWith("found: rocksdb").contains("the store cannot be opened");
  }

  @Test
  void start_malformedRootKey_refusedWithoutIt() {
    refused(
        Map.of("PARLEY_ROOT_KEY", "g_root_swordfish"),
        "The setting root-key (PARLEY_ROOT_KEY) cannot be \"***\": "
            + "it must be g_root_ and 48 hexadecimal digits in lower case.");
  }

  private void refused(Map<String, String> environment, String line, String... args) {
    ParleyProcess.Result result = ParleyProcess.run(work, environment, args);

    assertThat(result.err()).isEqualTo("parley: " + line + "\n");
    assertThat(result.out()).isEmpty();
    assertThat(result.exitCode()).isEqualTo(2);
  }
}
