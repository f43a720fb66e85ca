package dev.parley.campaign.round;

import dev.parley.testing.Programs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file system of its own in memory, which only root can mount. */
final class SmallDisk implements AutoCloseable {
  private static final int BLOCK = 64 * 1024;

  private static volatile @Nullable Path mounted;

  private final Path folder;
  private final Path ballast;

  private SmallDisk(Path folder) {
    this.folder = folder;
    ballast = folder.resolve("ballast");
  }

  /** Unmounts it if it is mounted. */
  static void unmount() {
    Path folder = mounted;
    if (folder != null) {
      run(folder.getParent(), "umount", folder);
      mounted = null;
    }
  }

  static boolean isPossible() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** Mounts it at a folder that is made here. */
  static SmallDisk mount(Path folder, int megabytes) throws IOException {
    Files.createDirectory(folder);
    run(
        folder.getParent(),
        "mount",
        "-t",
        "tmpfs",
        "-o",
        "size=" + megabytes + "m",
        "tmpfs",
        folder);
    mounted = folder;
    return new SmallDisk(folder);
  }

  private static void run(Path work, Object... command) {
    List<String> words = List.of(command).stream().map(Object::toString).toList();
    var done = Programs.run(work, Map.of(), words).succeeded(words.get(0));
  }

  /** Uses all of its space. */
  void fill() throws IOException {
    byte[] block = new byte[BLOCK];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  /** Gives the space back. */
  void free() throws IOException {
    Files.deleteIfExists(ballast);
  }

  /** Forbids writes, or allows them again. No process may have a file open for writing. */
  void setReadOnly(boolean readOnly) {
    run(folder.getParent(), "mount", "-o", "remount," + (readOnly ? "ro" : "rw"), folder);
  }

  @Override
  public void close() {
    unmount();
  }
}
