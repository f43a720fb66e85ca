package dev.parley.app.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that already exist where a file is to be written. */
class PartialFileTest {
  @TempDir private Path folder;

  @Test
  void begin_linkInTheWay_refusedAndItsTargetKept() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "kept");
    Files.createSymbolicLink(folder.resolve("b.zip.partial"), victim);

    assertThatThrownBy(() -> PartialFile.begin(folder.resolve("b.zip"), false))
        .isInstanceOf(IOException.class);
    assertThat(victim).hasContent("kept");
  }

  @Test
  void begin_fileOpenToAllInTheWay_becomesItsOwners() throws IOException {
    Path left = Files.writeString(folder.resolve("b.zip.partial"), "old");
    Files.setPosixFilePermissions(left, PosixFilePermissions.fromString("rw-rw-rw-"));

    try (PartialFile file = PartialFile.begin(folder.resolve("b.zip"), false)) {
      file.out().write(1);
      file.publish();
    }

    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("b.zip"))))
        .isEqualTo("rw-------");
    assertThat(folder.resolve("b.zip")).hasBinaryContent(new byte[] {1});
  }
}
