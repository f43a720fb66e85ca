package dev.parley.app.delivery;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.app.cli.ServeCommand;
import dev.parley.testing.ContainerImage;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The container image: built, started as its user, called, and stopped. */
@Tag("root")
class ContainerImageIT {
  private static final Path CONTAINERFILE =
      Path.of("src/main/dist/container/Containerfile").toAbsolutePath();
  private static final Pattern LISTENS =
      Pattern.compile("listens on (http://127\\.0\\.0\\.1:(\\d+))");
  private static final String ROOT_KEY = "g_root_" + "0123456789abcdef".repeat(3);
  private static final int PATIENCE_SECONDS = 60;

  @TempDir private static Path work;
  private static ContainerImage image;

  @BeforeAll
  static void build() {
    Path archive = Path.of(Objects.requireNonNull(System.getProperty("parley.distribution")));
    image = ContainerImage.build(CONTAINERFILE, archive);
  }

  @AfterAll
  static void delete() {
    if (image != null) {
      image.close();
    }
  }

  @Test
  void configuration_isThatOfTheContainerfile() {
    JsonNode config = image.config();

    assertThat(image.command()).containsExactly("/opt/parley/bin/parley", "serve");
    assertThat(config.get("User").asText()).isEqualTo("10001:10001");
    assertThat(config.get("StopSignal").asText()).isEqualTo("SIGTERM");
    assertThat(config.get("Volumes").fieldNames()).toIterable().containsExactly("/var/lib/parley");
    assertThat(config.get("ExposedPorts").fieldNames()).toIterable().containsExactly("8080/tcp");
    assertThat(config.get("Healthcheck").get("Test").get(0).asText()).isEqualTo("CMD");
  }

  @Test
  void server_withoutRightsOnReadOnlyRoot_servesUntilItIsStopped() throws Exception {
    Path said = work.resolve("said.txt");
    Process server = image.start(image.command(), settings(), said);
    try {
      Matcher listens = listens(server, said);
      String url = listens.group(1);
      String port = listens.group(2);

      Path proc = Path.of("/proc", String.valueOf(server.pid()));
      assertThat(Files.readString(proc.resolve("status")))
          .containsPattern("Uid:\t10001\t10001")
          .contains("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1");
      assertThat(Files.readAllLines(proc.resolve("root/tmp/loaded.txt")))
          .as(read(said))
          .filteredOn(line -> line.contains(" " + ServeCommand.class.getName() + " "))
          .singleElement(as(STRING))
          .contains("source: shared objects");
      assertThat(JsonBodies.text(get(url + "/readyz"), "/status")).isEqualTo("READY");
      assertThat(isHealthy(port)).isTrue();
      appendAndRead(url);

      server.destroy();
      assertThat(server.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).as(read(said)).isZero();
      assertThat(isHealthy(port)).isFalse();
    } finally {
      server.destroyForcibly();
    }
  }

  private static Map<String, String> settings() {
    return Map.of(
        "PARLEY_HOST", "127.0.0.1",
        "PARLEY_PORT", "0",
        "PARLEY_ROOT_KEY", ROOT_KEY,
        "JDK_JAVA_OPTIONS", "-Xlog:class+load:file=/tmp/loaded.txt");
  }

  private static Matcher listens(Process server, Path said) {
    Waiting.until(() -> LISTENS.matcher(read(said)).find() || !server.isAlive(), () -> read(said));
    Matcher listens = LISTENS.matcher(read(said));
    assertThat(listens.find()).as(read(said)).isTrue();
    return listens;
  }

  /** Runs the health check of the image. */
  private static boolean isHealthy(String port) throws Exception {
    List<String> check = new ArrayList<>();
    image.config().get("Healthcheck").get("Test").forEach(part -> check.add(part.asText()));
    assertThat(check.remove(0)).isEqualTo("CMD");
    Process process = image.start(check, Map.of("PARLEY_PORT", port), work.resolve("health.txt"));
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() == 0;
  }

  /** Runs a command in the image, as an operator does in the container of the server. */
  private static String command(String url, String... arguments) throws Exception {
    List<String> program = new ArrayList<>(List.of(image.command().get(0)));
    program.addAll(List.of(arguments));
    Path printed = work.resolve("printed.txt");
    Process process =
        image.start(program, Map.of("PARLEY_SERVER", url, "PARLEY_ROOT_KEY", ROOT_KEY), printed);
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(read(printed)).isZero();
    return read(printed).strip();
  }

  private static void appendAndRead(String url) throws Exception {
    String agent = command(url, "agents", "create", "--owner", "acme");
    String append =
        """
        {"key": "first", "createIfMissing": true,
         "messages": [{"role": "USER", "content": "Where is my order?"}]}\
        """;
    String appended = post(url + "/v1/agents/" + agent + "/messages:append", append);
    String session = JsonBodies.text(appended, "/session/sessionId");

    String messages = get(url + "/v1/agents/" + agent + "/sessions/" + session + "/messages");

    assertThat(JsonBodies.text(messages, "/messages/0/content")).isEqualTo("Where is my order?");
  }

  private static String get(String url) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url)));
  }

  private static String post(String url, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static String send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                request
                    .header("authorization", "Bearer " + ROOT_KEY)
                    .header("content-type", "application/json")
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
    return response.body();
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void image_hasOnlyTheNativeLibrariesOfItsPlatform() throws IOException {
    try (JarFile jar = new JarFile(image.root().resolve("opt/parley/lib/parley.jar").toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName))
          .filteredOn(name -> name.matches(".*\\.(so|dll|dylib|jnilib)"))
          .contains("librocksdbjni-linux64.so")
          .allMatch(
              name -> name.matches(".*(linux64|[Ll]inux[_-]x86_64|/Linux/x86_64/|_x86_64).*"));
    }
  }

  /** Webhooks verify their receivers with these certificates. */
  @Test
  void image_hasCertificateAuthorities() {
    assertThat(image.root().resolve("opt/parley/runtime/lib/security/cacerts")).isNotEmptyFile();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
