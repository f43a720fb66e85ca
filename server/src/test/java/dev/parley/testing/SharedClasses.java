package dev.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * An archive of loaded classes, with which the processes of tests use less CPU time to start. It is
 * made once per build, by the first test that needs it, and is next to the jar.
 */
final class SharedClasses {
  private static final String QUIET = "-Xlog:cds*=off";

  private SharedClasses() {}

  /** The JVM flags that use the archive. Java ignores an archive of another jar. */
  static synchronized List<String> flags() {
    Path archive = ParleyProcess.jar().resolveSibling("parley-tests.jsa");
    Path lockFile = archive.resolveSibling("parley-tests.lock");
    try (FileChannel file =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = file.lock()) {
      if (lock.isValid() && !isCurrent(archive)) {
        make(archive);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.of("-XX:SharedArchiveFile=" + archive, QUIET);
  }

  private static boolean isCurrent(Path archive) throws IOException {
    return Files.exists(archive)
        && Files.getLastModifiedTime(archive)
                .compareTo(Files.getLastModifiedTime(ParleyProcess.jar()))
            > 0;
  }

  /** Runs a server once. Java writes the archive when it ends. */
  private static void make(Path archive) throws IOException {
    Path work = Files.createTempDirectory("parley-classes");
    Path made = archive.resolveSibling("parley-tests.jsa.new");
    List<String> flags =
        List.of("-XX:TieredStopAtLevel=1", "-XX:ArchiveClassesAtExit=" + made, QUIET);
    try (ParleyProcess server =
        ParleyProcess.start(work, flags, Map.of(), "--port", "0", "--data", "data")) {
      Waiting.until(() -> server.out().contains("listens on") || !server.isAlive(), server::err);
      server.terminate();
      if (server.awaitExit() != 0) {
        throw new IllegalStateException(server.err());
      }
    } finally {
      Folders.delete(work);
    }
    Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
  }
}
