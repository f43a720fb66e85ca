package dev.parley.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.Grpcurl;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.MarkdownBlocks;
import dev.parley.testing.MarkdownBlocks.Block;
import dev.parley.testing.NpmProject;
import dev.parley.testing.Programs;
import dev.parley.testing.PythonProject;
import dev.parley.testing.ServerFixture;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs the examples of CLIENTS.md. A block whose first line is a comment with a file name becomes
 * that file. Then the bash blocks of the section run. Blocks of the language sh install packages,
 * which this test does from its lock files, or create the agent and its key.
 */
class ClientsIT {
  private static final Path TOP =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
  private static final Pattern FILE = Pattern.compile("(?:#|//) (\\S+\\.[a-z]+)\\n");
  private static final Pattern INSTALL = Pattern.compile("(?:npm|pip) install (.+)");
  private static final String ANSWER = "[{\"type\":\"text\",\"text\":\"No.\"}]";
  private static final String SHOWN =
      "1 USER \"Will it rain?\" {}\n2 ASSISTANT " + ANSWER + " {\"tokens\":7}\n";

  @TempDir private static Path work;
  private static ServerFixture server;
  private static UUID agentId;
  private static String key;
  private static final Map<String, String> ENVIRONMENT = new HashMap<>();

  @BeforeAll
  static void start(@TempDir Path data) throws IOException {
    // Both mostly wait for the network.
    CompletableFuture<Path> installing =
        CompletableFuture.supplyAsync(() -> NpmProject.install("clients"));
    Path python = PythonProject.install("clients");
    Path npm = installing.join();
    Programs.require(List.of("go", "version"), List.of("golang-go"));
    Files.createSymbolicLink(work.resolve("node_modules"), npm.resolve("node_modules"));
    Files.copy(npm.resolve("package.json"), work.resolve("package.json"));
    unzip(protos(), work.resolve("protos"));
    Path bin = Files.createDirectory(work.resolve("bin"));
    Path grpcurl = bin.resolve("grpcurl");
    Files.writeString(
        grpcurl,
        "#!/usr/bin/env bash\nexec java -cp '%s' %s \"$@\"\n"
            .formatted(System.getProperty("java.class.path"), Grpcurl.class.getName()));
    Files.setPosixFilePermissions(grpcurl, PosixFilePermissions.fromString("rwx------"));
    server = ServerFixture.start(data);
    agentId = server.agent("acme");
    key =
        server.key(
            "{\"type\":\"AGENT\",\"agentId\":\"%s\",\"scopes\":[\"chat\",\"agent:manage\"]}"
                .formatted(agentId));
    ENVIRONMENT.put("PARLEY_URL", "http://127.0.0.1:" + server.port());
    ENVIRONMENT.put("PARLEY_TARGET", "127.0.0.1:" + server.port());
    ENVIRONMENT.put("PARLEY_AGENT", agentId.toString());
    ENVIRONMENT.put("PARLEY_KEY", key);
    ENVIRONMENT.put("CLASSPATH", System.getProperty("java.class.path"));
    ENVIRONMENT.put(
        "PATH",
        String.join(
            File.pathSeparator,
            bin.toString(),
            python.toString(),
            Path.of(System.getProperty("java.home"), "bin").toString(),
            System.getenv("PATH")));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  /** The published protos. */
  private static Path protos() throws IOException {
    try (Stream<Path> files = Files.list(TOP.resolve("proto/target"))) {
      return files
          .filter(file -> file.toString().endsWith("-protos.zip"))
          .findFirst()
          .orElseThrow(() -> new AssertionError("The protos are not packaged."));
    }
  }

  private static void unzip(Path zip, Path folder) throws IOException {
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path file = folder.resolve(entry.getName()).normalize();
        assertThat(file.startsWith(folder)).isTrue();
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          Files.copy(in, file);
        }
      }
    }
  }

  private static List<String> document() throws IOException {
    return Files.readAllLines(TOP.resolve("server/docs/CLIENTS.md"));
  }

  /** The output of the bash blocks of a section. */
  private static String run(String heading) throws IOException {
    List<Block> blocks = MarkdownBlocks.ofSection(document(), "## " + heading);
    StringBuilder script = new StringBuilder("set -euo pipefail\n");
    for (Block block : blocks) {
      Matcher file = FILE.matcher(block.text());
      if (block.language().equals("bash")) {
        script.append(block.text());
      } else if (file.lookingAt()) {
        Files.writeString(work.resolve(file.group(1)), block.text());
      }
    }
    return Programs.run(work, ENVIRONMENT, List.of("bash", "-c", script.toString()))
        .succeeded(heading)
        .out();
  }

  private static JsonNode stored(String sessionKey) {
    String agent = "/v1/agents/" + agentId;
    String session = server.send("GET", agent + "/keys/" + sessionKey, key, null).body();
    String path = agent + "/sessions/" + JsonBodies.text(session, "/sessionId") + "/messages";
    return JsonBodies.tree(server.send("GET", path + "?order=OLDEST_FIRST", key, null).body())
        .get("messages");
  }

  @ParameterizedTest
  @CsvSource({
    "curl,client:curl,false",
    "grpcurl,client:grpcurl,false",
    "Python over HTTP,client:python-http,true",
    "Python over gRPC,client:python-grpc,true",
    "Go over HTTP,client:go-http,true",
    "TypeScript over HTTP,client:typescript-http,true",
    "TypeScript and JavaScript over gRPC,client:javascript-grpc,true",
    "Java,client:java,true"
  })
  void example_storesAndReadsMessages(String heading, String sessionKey, boolean lines)
      throws IOException {
    String out = run(heading);

    assertThat(out).contains(lines ? SHOWN : "Will it rain?");
    JsonNode messages = stored(sessionKey);
    assertThat(messages).hasSize(2);
    assertThat(messages.at("/0/content").asText()).isEqualTo("Will it rain?");
    assertThat(messages.at("/1/content")).isEqualTo(JsonBodies.tree(ANSWER));
    assertThat(messages.at("/1/metadata").toString()).isEqualTo("{\"tokens\":7}");
  }

  @Test
  void commandsBeforeTheExamples_makeAgentKeyAndProtos(@TempDir Path folder) throws IOException {
    for (String module : List.of("server", "proto")) {
      Files.createSymbolicLink(folder.resolve(module), TOP.resolve(module));
    }
    Map<String, String> environment =
        Map.of(
            "PARLEY_SERVER",
            "http://127.0.0.1:" + server.port(),
            "PARLEY_ROOT_KEY",
            server.rootKey(),
            "PATH",
            ENVIRONMENT.get("PATH"));
    String commands =
        MarkdownBlocks.ofSection(document(), "## Before you start").get(0).text()
            + "echo \"$PARLEY_AGENT $PARLEY_KEY\"";

    String[] printed =
        Programs.run(folder, environment, List.of("bash", "-euc", commands))
            .succeeded("commands")
            .out()
            .strip()
            .split("\\s+");

    String agent = printed[printed.length - 2];
    String made = printed[printed.length - 1];
    assertThat(made).startsWith("g_agent_");
    assertThat(server.send("GET", "/v1/agents/" + agent + "/sessions", made, null).statusCode())
        .isEqualTo(200);
    assertThat(folder.resolve("protos/parley/v1/session_service.proto")).exists();
  }

  @Test
  void examplesOfOpenAiClients_printTheItems() throws IOException {
    String items = "user Will it rain?\nassistant No.\n";

    assertThat(run("OpenAI's clients")).isEqualTo(items + items);
  }

  @Test
  void output_isThatOfTheDocument() throws IOException {
    assertThat(String.join("\n", document())).contains("```text\n" + SHOWN + "```");
  }

  /** The document installs the same versions of packages as this test. */
  @Test
  void packages_areThoseOfTheLockFiles() throws IOException {
    String installed =
        Files.readString(Path.of("src/test/npm/clients/package.json"))
            + Files.readString(Path.of("src/test/python/clients/requirements.txt"));
    for (String line : document()) {
      Matcher install = INSTALL.matcher(line);
      if (install.matches()) {
        for (String name : install.group(1).split(" ")) {
          assertThat(installed).contains(name.startsWith("--") ? "" : name);
        }
      }
    }
  }
}
