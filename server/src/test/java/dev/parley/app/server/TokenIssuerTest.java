package dev.parley.app.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.config.ConfigException;
import dev.parley.config.JwtSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenIssuerTest {

  /** A server with invalid keys for tokens does not start. */
  @Test
  void jwksFile_missingOrNone_refusedNamingIt(@TempDir Path folder) throws IOException {
    for (Path file :
        new Path[] {
          folder.resolve("none.json"),
          Files.writeString(folder.resolve("bad.json"), "{\"keys\":[]}"),
        }) {
      JwtSettings settings =
          new JwtSettings(Optional.empty(), Optional.empty(), Optional.of(file), "a", "acme");
      assertThatThrownBy(() -> TokenIssuer.of(settings, Clock.systemUTC()))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(file.toString());
    }
  }
}
