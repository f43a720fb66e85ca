package dev.parley.app.cli.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** What is done with folders. */
final class FolderUtil {
  /** The folder that a file or folder is in. */
  static Path parent(Path path) {
    return Objects.requireNonNull(path.toAbsolutePath().normalize().getParent(), "The root.");
  }

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private FolderUtil() {}

  /** What lets only its owner read a new file, where files have owners. */
  static FileAttribute<?>[] ownerOnly(Path file) {
    return hasOwners(file)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  /** Lets only its owner read a file that is there, where files have owners. */
  static void makeOwnersAlone(Path file) throws IOException {
    if (hasOwners(file)) {
      Files.setPosixFilePermissions(file, OWNER_ONLY);
    }
  }

  private static boolean hasOwners(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Waits until the names in a folder are on disk. */
  static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
    }
  }

  /** Removes a folder with all that is in it. */
  static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
