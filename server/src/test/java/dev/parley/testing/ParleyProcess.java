package dev.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A process of the packaged jar, and its output. */
public final class ParleyProcess implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final Path out;
  private final Path err;

  private ParleyProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** The result of a command. */
  public record Result(int exitCode, String out, String err) {}

  /** The packaged jar. */
  public static Path jar() {
    return Path.of(
            Objects.requireNonNull(System.getProperty("parley.jar"), "-Dparley.jar is not given"))
        .toAbsolutePath();
  }

  /**
   * Starts {@code java -jar parley.jar} with these arguments.
   *
   * @param work the working folder, also for output and temporary files
   * @param environment additional environment variables; settings of Parley are not inherited
   */
  public static ParleyProcess start(Path work, Map<String, String> environment, String... args) {
    List<String> jvmFlags = new ArrayList<>(SharedClasses.flags());
    // Processes of tests end before optimized compilation would pay off.
    jvmFlags.add("-XX:TieredStopAtLevel=1");
    return start(work, jvmFlags, environment, args);
  }

  /** The same with these JVM flags. */
  static ParleyProcess start(
      Path work, List<String> jvmFlags, Map<String, String> environment, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // A killed process leaves the library that RocksDB unpacked.
    command.add("-Djava.io.tmpdir=" + work);
    command.addAll(jvmFlags);
    command.add("-jar");
    command.add(jar().toString());
    command.addAll(List.of(args));
    try {
      Path out = Files.createTempFile(work, "stdout", ".txt");
      Path err = Files.createTempFile(work, "stderr", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(work.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("PARLEY_"));
      builder.environment().putAll(environment);
      return new ParleyProcess(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command and waits for its end. */
  public static Result run(Path work, Map<String, String> environment, String... args) {
    try (ParleyProcess process = start(work, environment, args)) {
      int exitCode = process.awaitExit();
      return new Result(exitCode, process.out(), process.err());
    }
  }

  /** The standard output so far. */
  public String out() {
    return read(out);
  }

  /** The standard error output so far. */
  public String err() {
    return read(err);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Sends SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** Sends SIGKILL. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Waits for the end of the process and returns its exit status. */
  public int awaitExit() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("Does not end. It said: " + out() + err());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
      awaitExit();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
