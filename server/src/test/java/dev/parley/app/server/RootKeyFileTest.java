package dev.parley.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.auth.KeySecret;
import dev.parley.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RootKeyFileTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir private Path folder;

  @Test
  void readOrMake_madeOnce_forItsOwnerAlone() throws IOException {
    RootKeyFile file = new RootKeyFile(folder);
    KeySecret made = file.readOrMake(RANDOM);
    assertThat(file.readOrMake(RANDOM)).isEqualTo(made);
    assertThat(made.isRoot()).isTrue();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
        .isEqualTo("rw-------");
  }

  /** The files that a server leaves if it is killed while it creates the key. */
  @Test
  void readOrMake_halfMadeBefore_madeAnew() throws IOException {
    Files.writeString(folder.resolve("root.key.new"), "g_root_12");
    assertThat(new RootKeyFile(folder).readOrMake(RANDOM).isRoot()).isTrue();
    assertThat(folder.resolve("root.key.new")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "g_agent_000000000000000000000000000000000000000000000000"})
  void read_noRootKey_refused(String text) throws IOException {
    Files.writeString(folder.resolve("root.key"), text);
    RootKeyFile file = new RootKeyFile(folder);
    assertThatThrownBy(file::read)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("root.key does not contain a root key");
  }
}
