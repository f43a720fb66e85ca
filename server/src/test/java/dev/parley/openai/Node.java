package dev.parley.openai;

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
import java.util.stream.Stream;

/**
 * Runs scripts of {@code src/test/npm/openai} with Node.js. The packages that they need are
 * installed below {@code target} first. Where Node.js is missing, Debian's packages are installed
 * if that is possible; otherwise the tests fail.
 */
final class Node {
  private static final Path SCRIPTS = Path.of("src/test/npm/openai");
  private static final Path FOLDER = Path.of("target/npm/openai");
  private static final Path APT = Path.of("/usr/bin/apt-get");
  private static final int MINUTES_MAX = 10;

  private Node() {}

  /** Installs the packages of the lock file, unless they are installed. */
  static void install() {
    try {
      Files.createDirectories(FOLDER);
      // Tests run in two processes; one installs, and the other waits.
      try (FileChannel channel =
              FileChannel.open(
                  FOLDER.resolve("install.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid()) {
          installLocked();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void installLocked() throws IOException {
    requireNode();
    Path installed = FOLDER.resolve("installed.json");
    Path wanted = SCRIPTS.resolve("package-lock.json");
    boolean present = Files.exists(installed) && Files.mismatch(installed, wanted) < 0;
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, FOLDER.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (!present) {
      Result ci =
          run(Map.of(), List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
      if (ci.status() != 0) {
        throw new IllegalStateException("npm ci failed in " + FOLDER + ":\n" + ci.err());
      }
      Files.copy(wanted, installed, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void requireNode() {
    if (isPresent()) {
      return;
    }
    if (Files.isExecutable(APT) && "root".equals(System.getProperty("user.name"))) {
      var unused = run(Map.of(), List.of(APT.toString(), "update"));
      unused =
          run(
              Map.of("DEBIAN_FRONTEND", "noninteractive"),
              List.of(
                  APT.toString(), "install", "--yes", "--no-install-recommends", "nodejs", "npm"));
    }
    if (!isPresent()) {
      throw new IllegalStateException(
          "The tests of OpenAI's clients need Node.js 20 or later and npm: install the packages"
              + " nodejs and npm, so that node and npm are in the PATH.");
    }
  }

  private static boolean isPresent() {
    try {
      return run(Map.of(), List.of("node", "--version")).status() == 0
          && run(Map.of(), List.of("npm", "--version")).status() == 0;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /**
   * Runs a script, which must succeed. Returns what it prints.
   *
   * @param environment additional environment variables
   */
  static String run(Map<String, String> environment, String script, String... arguments) {
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(List.of(arguments));
    Result result = run(environment, command);
    if (result.status() != 0) {
      throw new AssertionError(script + " failed:\n" + result.out() + result.err());
    }
    return result.out();
  }

  private record Result(int status, String out, String err) {}

  private static Result run(Map<String, String> environment, List<String> command) {
    try {
      Path out = Files.createTempFile(FOLDER, "out", ".txt");
      Path err = Files.createTempFile(FOLDER, "err", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(FOLDER.toFile())
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
}
