package dev.parley.app.cli.backup;

import dev.parley.config.ConfigException;
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

/** Operations on folders and file permissions. */
final class FolderUtil {
  /** The parent folder of a path. */
  static Path parent(Path path) {
    return Objects.requireNonNull(path.toAbsolutePath().normalize().getParent(), "The root.");
  }

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private FolderUtil() {}

  /** The attribute of a new file that only its owner can read; none if files have no owners. */
  static FileAttribute<?>[] ownerOnly(Path file) {
    return hasOwners(file)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  /** Makes an existing file readable by its owner only, if files have owners. */
  static void restrictToOwner(Path file) throws IOException {
    if (hasOwners(file)) {
      Files.setPosixFilePermissions(file, OWNER_ONLY);
    }
  }

  private static boolean hasOwners(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** The attribute of a new folder that only its owner can use; none if files have no owners. */
  static FileAttribute<?>[] ownerOnlyFolder(Path folder) {
    return hasOwners(folder)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }

  /**
   * Fails if a data folder exists and is not empty.
   *
   * @param reason why it must be empty, as a sentence
   */
  static void requireFree(Path folder, String reason) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new ConfigException("The data folder " + folder + " is a file.");
    }
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw new ConfigException("The data folder " + folder + " is not empty. " + reason);
      }
    }
  }

  /** Writes the entries of a folder to disk. */
  static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
    }
  }

  /** Deletes a folder and its contents. */
  static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
