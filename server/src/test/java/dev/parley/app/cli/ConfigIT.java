package dev.parley.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.ReferenceFile;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ParleyProcess.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code parley config}, run as an operator runs it. */
class ConfigIT {
  private static final String ROOT_KEY = "g_root_" + "0123456789abcdef".repeat(3);

  @TempDir private Path work;

  @Test
  void config_saidInThreePlaces_printedWithPlacesAndWithoutSecrets() throws IOException {
    Files.writeString(work.resolve("parley.properties"), "host = ::1\naccess-log = on\n");

    Result result =
        ParleyProcess.run(
            work,
            Map.of(
                "PARLEY_CONFIG", "parley.properties",
                "PARLEY_ROOT_KEY", ROOT_KEY,
                "PARLEY_ACCESS_LOG", "off"),
            "config",
            "--store",
            "jdbc:postgresql://user:swordfish@db/parley?password=swordfish");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines())
        .contains(
            "host = ::1  (parley.properties)",
            "port = 8080  (default)",
            "store = jdbc:postgresql://db/parley ***  (--store)",
            "root-key = ***  (PARLEY_ROOT_KEY)",
            "jwt-owner =",
            "access-log = off  (PARLEY_ACCESS_LOG)");
    assertThat(result.out()).doesNotContain("swordfish", ROOT_KEY);
  }

  @Test
  void config_unusable_refusedAsAStartIs() {
    Result result = ParleyProcess.run(work, Map.of("PARLEY_TLS_KEY", "none.pem"), "config");

    assertThat(result.err())
        .startsWith("parley: The setting tls-key (PARLEY_TLS_KEY) cannot be \"none.pem\"")
        .hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void config_reference_isTheFile() {
    assertThat(ParleyProcess.run(work, Map.of(), "config", "--reference").out())
        .isEqualTo(ReferenceFile.text());
  }
}
