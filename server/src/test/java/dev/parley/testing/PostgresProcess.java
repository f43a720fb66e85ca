package dev.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a PostgreSQL server. Its data folder and its port on the loopback address stay
 * the same after a restart. The processes end with this JVM, even if the JVM is killed.
 */
final class PostgresProcess {
  /**
   * Below the range of ephemeral ports: while the server is down, no outgoing connection can use
   * its port.
   */
  private static final int PORT_MIN = 20_000;

  private static final int PORT_MAX = 32_000;

  /** The application name of a standby. */
  static final String STANDBY = "standby";

  private final Path folder;
  private final List<String> options;
  private int port;
  private @Nullable Process postmaster;
  private @Nullable Process watchdog;
  private boolean paused;

  /** Creates the data folder. {@code options} are settings in the form {@code name=value}. */
  PostgresProcess(List<String> options) {
    this.options = options;
    port = freePort();
    try {
      folder = Files.createTempDirectory("parley-postgres");
      Process initdb =
          new ProcessBuilder(
                  PostgresBinaries.command(
                      "initdb",
                      "--pgdata=" + data(),
                      "--username=postgres",
                      "--auth=trust",
                      "--encoding=UTF8",
                      "--locale=C",
                      // A locale whose order is not the order of bytes, so
                      // that tests find statements that rely on byte order
                      // without saying so.
                      "--locale-provider=icu",
                      "--icu-locale=en-US",
                      "--no-sync",
                      "--no-instructions"))
              .redirectErrorStream(true)
              .redirectOutput(log().toFile())
              .start();
      if (awaitExit(initdb) != 0) {
        throw new IllegalStateException(said());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies a stopped server. The copy is a standby that follows the server when both run. */
  PostgresProcess(PostgresProcess primary) {
    options = primary.options;
    port = freePort();
    try {
      folder = Files.createTempDirectory("parley-postgres");
      Folders.copy(primary.data(), data());
      Files.createFile(data().resolve("standby.signal"));
      Files.writeString(
          data().resolve("postgresql.auto.conf"),
          "primary_conninfo = 'host=127.0.0.1 port=%d user=postgres application_name=%s'\n"
              .formatted(primary.port, STANDBY),
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port. */
  int port() {
    return port;
  }

  /** Superuser operations. The server must have been started. */
  PostgresAdmin admin() {
    return new PostgresAdmin(
        "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres".formatted(port));
  }

  /** The server process and its children. */
  Stream<ProcessHandle> processes() {
    return Stream.concat(Stream.of(postmaster.toHandle()), postmaster.descendants());
  }

  Path folder() {
    return folder;
  }

  private boolean isAlive() {
    return postmaster != null && postmaster.isAlive();
  }

  /**
   * Starts the server and waits until it accepts connections. It retries if children of a killed
   * server are still running, or if another process has taken the port before the first start.
   */
  void start() {
    boolean first = postmaster == null;
    Waiting.until(
        () -> {
          launch();
          Waiting.until(() -> !isAlive() || admin().isReachable(), this::said);
          boolean alive = isAlive();
          if (!alive && !said().contains("in use")) {
            throw new IllegalStateException(said());
          }
          if (!alive && first) {
            port = freePort();
          }
          return alive;
        },
        this::said);
  }

  private void launch() {
    List<String> command =
        PostgresBinaries.command(
            "postgres",
            "-D",
            data().toString(),
            "-p",
            "" + port,
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=");
    options.forEach(option -> command.addAll(List.of("-c", option)));
    try {
      postmaster =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
      endWatchdog();
      // The standard input of the process ends with this JVM.
      watchdog =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "read line; kill -QUIT $0; kill -CONT $0; sleep 1; rm -rf \"$1\"",
                  "" + postmaster.pid(),
                  folder.toString())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the server in an orderly way and disconnects its clients. */
  void stop() {
    end("INT");
  }

  /** Stops the server without a checkpoint. It releases its system resources. */
  void abort() {
    end("QUIT");
  }

  private void end(String signal) {
    if (isAlive()) {
      signal(signal, LongStream.of(postmaster.pid()));
      resume();
      awaitExit(postmaster);
    }
    endWatchdog();
  }

  /** Kills all processes of the server, like a crash of the machine. */
  void kill() {
    // Stopped processes cannot create children.
    signal("STOP", LongStream.of(postmaster.pid()));
    signal("KILL", children());
    signal("KILL", LongStream.of(postmaster.pid()));
    awaitExit(postmaster);
    paused = false;
    endWatchdog();
  }

  /** Suspends all processes of the server. Clients get neither an answer nor an error. */
  void pause() {
    signal("STOP", LongStream.of(postmaster.pid()));
    signal("STOP", children());
    paused = true;
  }

  /** Resumes the processes. */
  void resume() {
    if (paused) {
      signal("CONT", children());
      signal("CONT", LongStream.of(postmaster.pid()));
      paused = false;
    }
  }

  /** Stops the server if it runs, and deletes its data. */
  void close() {
    abort();
    releaseSharedMemory();
    Folders.delete(folder);
  }

  /** A killed server leaves a shared memory segment, which only its next start would remove. */
  private void releaseSharedMemory() {
    try {
      Path lock = data().resolve("postmaster.pid");
      if (Files.exists(lock)) {
        String[] keyAndId = Files.readAllLines(lock).get(6).strip().split(" +");
        awaitExit(new ProcessBuilder("ipcrm", "-m", keyAndId[1]).start());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LongStream children() {
    return postmaster.descendants().mapToLong(ProcessHandle::pid);
  }

  private void endWatchdog() {
    if (watchdog != null) {
      watchdog.destroyForcibly();
      awaitExit(watchdog);
      watchdog = null;
    }
  }

  private static void signal(String signal, LongStream pids) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -s \"$0\" \"$@\"", signal));
    pids.mapToObj(Long::toString).forEach(command::add);
    try {
      // A child that has already ended is ignored.
      awaitExit(new ProcessBuilder(command).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int awaitExit(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
      if (isFree(port)) {
        return port;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
      return taken.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Path log() {
    return folder.resolve("log.txt");
  }

  /** The log of the server. */
  String said() {
    try (Stream<String> lines = Files.lines(log())) {
      return lines.collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
