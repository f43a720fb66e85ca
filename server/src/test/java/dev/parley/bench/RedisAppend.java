package dev.parley.bench;

import dev.parley.testing.Waiting;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Appends to Redis with one script that stores what an append to a session stores: the sequence,
 * the message, and the position of the session in the list by recency. Redis writes to disk before
 * it answers. redis-benchmark makes the calls, so that our code does not slow them.
 */
final class RedisAppend implements Contender, AutoCloseable {
  private static final String SERVER = "redis-server";
  private static final String BENCHMARK = "redis-benchmark";
  private static final String CLIENT = "redis-cli";
  private static final String LOOPBACK = "127.0.0.1";
  private static final String SESSIONS = "10000";
  private static final int RATE_AT_FIRST = 10_000;
  private static final String SCRIPT =
      """
      local sequence = redis.call('INCR', 'sequence:' .. KEYS[1])
      redis.call('RPUSH', 'messages:' .. KEYS[1], ARGV[1])
      local time = redis.call('TIME')
      redis.call('ZADD', 'recency', time[1] * 1000000 + time[2], KEYS[1])
      return sequence
      """;

  private final Process server;
  private final String port;
  private final Path work;
  private final String script;
  private final int depth;
  private double perSecond = RATE_AT_FIRST;

  private RedisAppend(Process server, String port, Path work, int depth) {
    this.server = server;
    this.port = port;
    this.work = work;
    this.depth = depth;
    script = run(CLIENT, "-h", LOOPBACK, "-p", port, "SCRIPT", "LOAD", SCRIPT).strip();
  }

  /** The same server. Each connection sends this number of appends at once. */
  Contender pipelined(int appends) {
    return new RedisAppend(server, port, work, appends);
  }

  /**
   * Starts a Redis server; empty if Redis is not installed.
   *
   * @param work the folder for its data
   */
  static Optional<RedisAppend> start(Path work) throws IOException {
    if (!Stream.of(SERVER, BENCHMARK, CLIENT).allMatch(RedisAppend::isInstalled)) {
      return Optional.empty();
    }
    String port = Integer.toString(freePort());
    List<String> command =
        List.of(
            SERVER,
            "--bind",
            LOOPBACK,
            "--port",
            port,
            "--dir",
            work.toString(),
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
            "--save",
            "");
    Process server =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("redis-out.txt").toFile())
            .start();
    try {
      Waiting.until(() -> listens(port) || !server.isAlive(), () -> "Redis does not listen");
      return Optional.of(new RedisAppend(server, port, work, 1));
    } catch (Throwable e) {
      server.destroyForcibly();
      throw e;
    }
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** Redis does not support port 0. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
      return socket.getLocalPort();
    }
  }

  private static boolean listens(String port) {
    try (Socket socket = new Socket(LOOPBACK, Integer.parseInt(port))) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String name() {
    return depth == 1 ? Contenders.REDIS : Contenders.REDIS + ", " + depth + " pipelined";
  }

  /**
   * redis-benchmark takes a number of calls, not seconds. The rate of the previous round gives the
   * number.
   */
  @Override
  public Round closed(int callers, double seconds) {
    long calls = Math.max(callers, Math.round(perSecond * seconds));
    String csv =
        run(
            BENCHMARK,
            "-h",
            LOOPBACK,
            "-p",
            port,
            "-c",
            Integer.toString(callers),
            "-P",
            Integer.toString(depth),
            "--threads",
            "1",
            "-n",
            Long.toString(calls),
            "-r",
            SESSIONS,
            "--csv",
            "EVALSHA",
            script,
            "1",
            "__rand_int__",
            new ChatText(2).next());
    perSecond = rate(csv);
    return new Round(perSecond, new Histogram(1), Map.of());
  }

  /** The last line has the title, the rate, and six times. */
  private static double rate(String csv) {
    List<String> lines = csv.strip().lines().toList();
    String[] cells = lines.get(lines.size() - 1).split("\",\"");
    return Double.parseDouble(cells[cells.length - 7]);
  }

  @Override
  public Optional<Round> open(double perSecond, double seconds) {
    return Optional.empty();
  }

  private String run(String... command) {
    try {
      Path out = Files.createTempFile(work, "redis", ".txt");
      Path err = Files.createTempFile(work, "redis", ".txt");
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      int status = process.onExit().join().exitValue();
      if (status != 0) {
        throw new IllegalStateException(command[0] + " failed: " + Files.readString(err));
      }
      return Files.readString(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.destroyForcibly().onExit().join();
  }
}
