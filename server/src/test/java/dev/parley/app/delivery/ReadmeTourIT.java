package dev.parley.app.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.Curl;
import dev.parley.testing.Grpcurl;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.MarkdownBlocks;
import dev.parley.testing.MarkdownBlocks.Block;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the bash blocks of the README's tour in one bash, in their order, and compares what each
 * prints with the block that follows it. In that block, … stands for any text, and a long number
 * for any integer.
 */
class ReadmeTourIT {
  private static final Path TOP =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
  private static final String HEADING = "## A tour of five minutes";
  private static final String MARK = "@@ block";
  private static final long ANY_NUMBER_FROM = 1_000_000_000_000L;
  private static final int PATIENCE_SECONDS = 120;

  @TempDir private Path work;

  /** Runs with the replacement, and with the real program if it is installed. */
  static List<String> curls() {
    boolean real =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "curl")));
    return real ? List.of("stand-in", "real") : List.of("stand-in");
  }

  @ParameterizedTest
  @MethodSource("curls")
  void tour_inBash_printsWhatTheReadmeSays(String curl) throws Exception {
    follow(blocks(), curl);
  }

  /** Readers without grpcurl leave its step out. */
  @Test
  void tour_withoutGrpcurl_printsWhatTheReadmeSays() throws Exception {
    List<Block> blocks = new ArrayList<>(blocks());
    int grpc = IntStream.range(0, blocks.size()).filter(i -> isGrpc(blocks.get(i))).sum();
    // The step and its expected output.
    blocks.subList(grpc, grpc + 2).clear();

    follow(blocks, "stand-in");
  }

  private static boolean isGrpc(Block block) {
    return block.text().startsWith("grpcurl ");
  }

  private static List<Block> blocks() throws IOException {
    return MarkdownBlocks.ofSection(Files.readAllLines(TOP.resolve("README.md")), HEADING);
  }

  private void follow(List<Block> blocks, String curl) throws Exception {
    List<String> printed = run(blocks.stream().filter(b -> b.language().equals("bash")), curl);
    int step = -1;
    for (Block block : blocks) {
      switch (block.language()) {
        case "bash" -> step++;
        case "json" ->
            holds(JsonBodies.tree(printed.get(step)), JsonBodies.tree(block.text()), block.text());
        default -> assertThat(printed.get(step)).containsPattern(pattern(block.text().strip()));
      }
    }
    assertThat(step).isGreaterThan(5);
  }

  /** The output of each block. */
  private List<String> run(Stream<Block> blocks, String curl) throws Exception {
    Path bin = Files.createDirectory(work.resolve("bin"));
    program(bin, "grpcurl", Grpcurl.class);
    if (curl.equals("stand-in")) {
      program(bin, "curl", Curl.class);
    }
    StringBuilder script = new StringBuilder("set -euo pipefail\n");
    // A failed step must not leave a running server.
    script.append("server=\ntrap 'kill -9 $server 2> kill.txt || true' EXIT\n");
    blocks.forEach(block -> script.append("echo; echo '" + MARK + "'\n").append(block.text()));
    Process bash = start(bin, script + "server=\n");
    try {
      boolean ended = bash.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(ended).as(Files.readString(work.resolve("err.txt"))).isTrue();
    } finally {
      bash.descendants().forEach(ProcessHandle::destroyForcibly);
      bash.destroyForcibly();
    }
    String out = Files.readString(work.resolve("out.txt"));
    assertThat(bash.waitFor()).as(out + Files.readString(work.resolve("err.txt"))).isZero();
    List<String> printed = new ArrayList<>(List.of(out.split(MARK + "\n", -1)));
    printed.remove(0);
    return printed;
  }

  private Process start(Path bin, String script) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", Files.writeString(work.resolve("tour.sh"), script).toString())
            .directory(TOP.toFile())
            .redirectOutput(work.resolve("out.txt").toFile())
            .redirectError(work.resolve("err.txt").toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PARLEY_"));
    environment.merge(
        "PATH",
        bin + File.pathSeparator + Path.of(System.getProperty("java.home"), "bin"),
        (path, first) -> first + File.pathSeparator + path);
    environment.put("TMPDIR", work.toString());
    environment.put("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + work + " -XX:TieredStopAtLevel=1");
    environment.put("PARLEY_PORT", Integer.toString(freePort()));
    return builder.start();
  }

  private static void program(Path bin, String name, Class<?> main) throws IOException {
    Path script = bin.resolve(name);
    Files.writeString(
        script,
        "#!/usr/bin/env bash\nexec java -cp '%s' %s \"$@\"\n"
            .formatted(System.getProperty("java.class.path"), main.getName()));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The output contains the expected lines. There may be more. */
  private static void holds(JsonNode actual, JsonNode expected, String where) {
    if (expected.isObject()) {
      expected
          .properties()
          .forEach(field -> holds(actual.path(field.getKey()), field.getValue(), field.getKey()));
    } else if (expected.isArray()) {
      assertThat(actual).as(where).hasSameSizeAs(expected);
      for (int i = 0; i < expected.size(); i++) {
        holds(actual.get(i), expected.get(i), where);
      }
    } else if (expected.isTextual()) {
      assertThat(actual.asText()).as(where).matches(pattern(expected.asText()));
    } else if (expected.isIntegralNumber() && expected.longValue() >= ANY_NUMBER_FROM) {
      assertThat(actual.isIntegralNumber()).as(where).isTrue();
    } else {
      assertThat(actual).as(where).isEqualTo(expected);
    }
  }

  private static Pattern pattern(String expected) {
    return Pattern.compile(Pattern.quote(expected).replace("…", "\\E.+\\Q"));
  }
}
