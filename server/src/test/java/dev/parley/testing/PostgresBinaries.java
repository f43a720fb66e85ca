package dev.parley.testing;

import dev.parley.model.Sha256;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The programs of PostgreSQL for this machine, unpacked once below {@code target}. */
final class PostgresBinaries {
  private static final Path FOLDER = unpacked();

  private PostgresBinaries() {}

  /**
   * Returns the command that runs a program. For root, the program runs in a user namespace: inside
   * it is another user, because PostgreSQL refuses to run as root, and outside it is still root, so
   * that root owns its files.
   */
  static List<String> command(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if (LinuxUtils.isUnshareAvailable()) {
      command.addAll(List.of("unshare", "-U"));
    }
    command.add(FOLDER.resolve("bin").resolve(program).toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private static Path unpacked() {
    String system = System.getProperty("os.name").startsWith("Mac") ? "Darwin" : "Linux";
    try (InputStream resource =
        DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, System.getProperty("os.arch"))) {
      byte[] archive = resource.readAllBytes();
      String digest = HexFormat.of().formatHex(Sha256.of(archive).bytes(), 0, 8);
      Path folder = Path.of("target", "postgresql-" + digest).toAbsolutePath();
      if (!Files.exists(folder)) {
        unpack(archive, folder);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder is created atomically. If another process is faster, its folder is used. */
  private static void unpack(byte[] archive, Path folder) throws IOException {
    Path made =
        Files.createTempDirectory(Files.createDirectories(folder.getParent()), "postgresql");
    try (TarArchiveInputStream entries =
        new TarArchiveInputStream(new XZCompressorInputStream(new ByteArrayInputStream(archive)))) {
      for (TarArchiveEntry entry; (entry = entries.getNextEntry()) != null; ) {
        unpack(entries, entry, made.resolve(entry.getName()).normalize());
      }
    }
    if (!made.toFile().renameTo(folder.toFile())) {
      Folders.delete(made);
    }
  }

  private static void unpack(InputStream content, TarArchiveEntry entry, Path to)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(to);
      return;
    }
    Files.createDirectories(to.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(to, Path.of(entry.getLinkName()));
    } else {
      Files.copy(content, to);
      boolean executable = (entry.getMode() & 0100) != 0;
      if (executable && !to.toFile().setExecutable(true)) {
        throw new IOException("Cannot be made executable: " + to);
      }
    }
  }
}
