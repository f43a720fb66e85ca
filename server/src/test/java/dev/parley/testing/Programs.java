package dev.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Installs and runs programs that are not part of the build. */
public final class Programs {
  private static final Path APT = Path.of("/usr/bin/apt-get");
  private static final int MINUTES_MAX = 10;

  private Programs() {}

  /** The result of a program. */
  public record Result(int status, String out, String err) {
    /** Fails if the program has failed. */
    public Result succeeded(String name) {
      if (status != 0) {
        throw new AssertionError(name + " failed:\n" + out + err);
      }
      return this;
    }
  }

  /**
   * Runs a program and waits for its end.
   *
   * @param environment additional environment variables
   */
  public static Result run(Path folder, Map<String, String> environment, List<String> command) {
    try {
      Path out = Files.createTempFile("program", ".out");
      Path err = Files.createTempFile("program", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      try {
        if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
          throw new AssertionError(command + " hangs:\n" + text(err));
        }
        return new Result(process.exitValue(), text(out), text(err));
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  /**
   * Installs what {@code wanted} lists into {@code folder}, unless it is installed. Tests run in
   * several processes; one installs, and the others wait.
   */
  static void installOnce(Path folder, Path wanted, Runnable install) {
    locked(
        folder.resolve("install.lock"),
        () -> {
          Path installed = folder.resolve("installed.txt");
          if (!Files.exists(installed) || Files.mismatch(installed, wanted) >= 0) {
            install.run();
            Files.copy(wanted, installed, StandardCopyOption.REPLACE_EXISTING);
          }
        });
  }

  private interface Action {
    void run() throws IOException;
  }

  /** Runs {@code action} while no other process holds the lock. */
  private static void locked(Path file, Action action) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (FileChannel channel =
              FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (!lock.isValid()) {
          throw new IOException("The lock " + file + " was lost.");
        }
        action.run();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes sure that a program can run. Where it is missing, Debian's packages are installed if that
   * is possible; otherwise this fails. One process installs at a time, as apt-get demands.
   *
   * @param probe a command that succeeds if the program is there
   */
  public static void require(List<String> probe, List<String> packages) {
    if (succeeds(probe)) {
      return;
    }
    if (Files.isExecutable(APT) && "root".equals(System.getProperty("user.name"))) {
      // A lock of a file does not exclude threads of the same process.
      synchronized (APT) {
        locked(Path.of("target", "apt.lock"), () -> installIfMissing(probe, packages));
      }
    }
    if (!succeeds(probe)) {
      throw new IllegalStateException(
          "The tests need " + probe.get(0) + ". Install the packages " + packages + ".");
    }
  }

  private static void installIfMissing(List<String> probe, List<String> packages) {
    if (succeeds(probe)) {
      return;
    }
    Path here = Path.of("").toAbsolutePath();
    var unused = run(here, Map.of(), List.of(APT.toString(), "update"));
    List<String> install =
        new ArrayList<>(List.of(APT.toString(), "install", "--yes", "--no-install-recommends"));
    install.addAll(packages);
    unused = run(here, Map.of("DEBIAN_FRONTEND", "noninteractive"), install);
  }

  private static boolean succeeds(List<String> probe) {
    try {
      return run(Path.of("").toAbsolutePath(), Map.of(), probe).status() == 0;
    } catch (UncheckedIOException e) {
      return false;
    }
  }
}
