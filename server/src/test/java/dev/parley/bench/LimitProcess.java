package dev.parley.bench;

import dev.parley.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs {@link LimitServer} in its own process. */
final class LimitProcess implements AutoCloseable {
  private final Process process;
  private final int port;

  private LimitProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts the process and waits until it listens.
   *
   * @param work the folder for its output
   */
  static LimitProcess start(Path work, LimitAnswers answers) throws IOException {
    Path out = work.resolve("limit-stdout.txt");
    Path err = work.resolve("limit-stderr.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-classpath",
                System.getProperty("java.class.path"),
                LimitServer.class.getName(),
                answers.folder().toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      Waiting.until(() -> read(out).endsWith("\n") || !process.isAlive(), () -> read(err));
      String line = read(out).strip();
      if (!line.startsWith(LimitServer.LISTENS)) {
        throw new IllegalStateException("The limit did not start: " + line + read(err));
      }
      return new LimitProcess(
          process, Integer.parseInt(line.substring(LimitServer.LISTENS.length())));
    } catch (Throwable e) {
      process.destroyForcibly();
      throw e;
    }
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
