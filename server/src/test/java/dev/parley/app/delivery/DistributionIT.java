package dev.parley.app.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.app.cli.ServeCommand;
import dev.parley.testing.TestPki;
import dev.parley.testing.Waiting;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution, unpacked and run on a machine without another Java. */
class DistributionIT {
  private static final Pattern LISTENS =
      Pattern.compile("listens on (https?://127\\.0\\.0\\.1:\\d+)");
  private static final String VERSION = "parley \\S+( \\([0-9a-f]{7,}\\))?\n";
  private static final int PATIENCE_SECONDS = 180;

  @TempDir private static Path work;
  private static Path home;
  private static Path tools;

  private final List<Process> started = new ArrayList<>();

  @BeforeAll
  static void unpack() throws Exception {
    Path archive = Path.of(Objects.requireNonNull(System.getProperty("parley.distribution")));
    Process tar =
        new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", work.toString())
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();
    try (Stream<Path> unpacked = Files.list(work)) {
      home = unpacked.findFirst().orElseThrow();
    }
    tools = Files.createDirectory(work.resolve("tools"));
    for (String tool : List.of("dirname", "readlink")) {
      Files.createSymbolicLink(tools.resolve(tool), toolOfMachine(tool));
    }
  }

  private static Path toolOfMachine(String name) {
    return Stream.of("/usr/bin", "/bin")
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void version_namesCommit() throws Exception {
    Path link = Files.createSymbolicLink(work.resolve("parley-link"), home.resolve("bin/parley"));

    assertThat(run(link, Map.of(), "--version")).matches(VERSION);
  }

  @Test
  void texts_areThere_linksToDocsLeadSomewhere() throws IOException {
    assertThat(home.resolve("LICENSE")).content().contains("Apache License");
    assertThat(home.resolve("THIRD-PARTY.txt")).content().contains("BSD 3-Clause License");
    String readme = Files.readString(home.resolve("README.md"));
    String changelog = Files.readString(home.resolve("CHANGELOG.md"));

    assertThat(readme).startsWith("# Parley\n").contains("](docs/OPERATING.md)", "](CHANGELOG.md)");
    assertThat(changelog).startsWith("# Changelog\n");
    Matcher link = Pattern.compile("]\\(((docs|[A-Z]+)[\\w./-]*)").matcher(readme + changelog);
    while (link.find()) {
      assertThat(home.resolve(link.group(1))).exists();
    }
    assertThat(readme + changelog).doesNotContain("server/docs");
  }

  /** On other platforms than 64-bit Linux on x86, the jar has the libraries of all platforms. */
  @Test
  void jar_onLinuxAmd64_hasNoLibrariesOfRocksDbAndNettyForOtherPlatforms() throws IOException {
    List<String> libraries;
    try (JarFile jar = new JarFile(home.resolve("lib/parley.jar").toFile())) {
      libraries =
          jar.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.matches("(librocksdbjni|META-INF/native/\\w+).*"))
              .toList();
    }
    boolean isAmd64 =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");

    assertThat(libraries).anyMatch(name -> name.endsWith("librocksdbjni-linux64.so"));
    assertThat(libraries).anyMatch(name -> name.contains("netty_tcnative_linux_x86_64"));
    assertThat(libraries.stream().anyMatch(name -> name.matches(".*(osx|win|aarch|arm64|macos).*")))
        .isEqualTo(!isAmd64);
  }

  /** The first steps of an operator: the reference configuration, TLS, a key, and a stop. */
  @Test
  void serve_referenceConfigurationAndTls_answersCommandsUntilItIsStopped() throws Exception {
    TestPki pki = new TestPki(work);
    X509Bundle shown = pki.issue("server");
    Map<String, String> settings =
        Map.of(
            "PARLEY_CONFIG", home.resolve("conf/parley.properties").toString(),
            "PARLEY_PORT", "0",
            "PARLEY_TLS_CERTIFICATE", pki.certificate("server.pem", shown).toString(),
            "PARLEY_TLS_KEY", pki.key("server.key", shown).toString());
    Path said = work.resolve("said.txt");
    Process server = start(home.resolve("bin/parley"), settings, said, "serve");
    String url = url(server, said);
    assertThat(url).startsWith("https://");

    int ready =
        HttpClient.newBuilder()
            .sslContext(pki.client())
            .build()
            .send(
                HttpRequest.newBuilder(URI.create(url + "/readyz")).build(),
                BodyHandlers.discarding())
            .statusCode();
    assertThat(ready).isEqualTo(200);
    Map<String, String> caller =
        Map.of("PARLEY_SERVER", url, "PARLEY_CA", pki.authority().toString());
    String agent = run(home.resolve("bin/parley"), caller, "agents", "create", "--owner", "acme");
    assertThat(run(home.resolve("bin/parley"), caller, "agents", "list")).startsWith(agent.strip());

    stop(server, said);
  }

  @Test
  void shareClasses_serversTakeThemFromThere_untilTheJarIsAnother() throws Exception {
    Path launcher = home.resolve("bin/parley");
    Path jar = home.resolve("lib/parley.jar");
    Path kept = home.resolve("lib/parley.jsa");
    Path loaded = work.resolve("loaded.txt");
    Path said = work.resolve("said-of-classes.txt");
    FileTime made = Files.getLastModifiedTime(jar);
    try {
      run(home.resolve("bin/share-classes"), Map.of("PATH", "/usr/bin:/bin"));
      // Layers of container images keep no fractions of seconds.
      assertThat(Files.getLastModifiedTime(jar).toInstant().getNano()).isZero();
      Map<String, String> settings =
          Map.of(
              "JDK_JAVA_OPTIONS",
              "-Xlog:class+load:file=" + loaded,
              "PARLEY_PORT",
              "0",
              "PARLEY_DATA",
              work.resolve("data-of-classes").toString());
      Process server = start(launcher, settings, said, "serve");
      url(server, said);
      stop(server, said);
      assertThat(read(loaded)).contains(ServeCommand.class.getName() + " source: shared objects");

      // The container image, built from the Containerfile.
      Files.setLastModifiedTime(jar, made);

      Path saidOfOther = work.resolve("said-of-other-classes.txt");
      Process other = start(launcher, settings, saidOfOther, "serve");
      url(other, saidOfOther);
      stop(other, saidOfOther);
      assertThat(read(saidOfOther)).contains("Unable to use shared archive");
    } finally {
      Files.setLastModifiedTime(jar, made);
      Files.deleteIfExists(kept);
    }
  }

  /** The programs that the systemd unit and the image start exist. */
  @Test
  void unitAndImage_start_whatIsThere() throws IOException {
    String unit = Files.readString(home.resolve("systemd/parley.service"));
    String image = Files.readString(home.resolve("container/Containerfile"));

    for (String text : List.of(unit, image)) {
      Matcher path = Pattern.compile("/opt/parley/([\\w./-]+)").matcher(text);
      while (path.find()) {
        assertThat(home.resolve(path.group(1))).exists();
      }
    }
    assertThat(unit).contains("ExecStart=/opt/parley/bin/parley serve", "Restart=on-failure");
    // The status of a server without its database is that of an invalid setting.
    assertThat(unit).doesNotContain("RestartPreventExitStatus");
    assertThat(image).contains("ENTRYPOINT [\"/opt/parley/bin/parley\"]", "USER 10001");
    assertThat(home.resolve("docs/OPERATING.md")).exists();
  }

  private static String url(Process server, Path said) {
    Waiting.until(() -> LISTENS.matcher(read(said)).find() || !server.isAlive(), () -> read(said));
    Matcher listens = LISTENS.matcher(read(said));
    assertThat(listens.find()).as(read(said)).isTrue();
    return listens.group(1);
  }

  private static void stop(Process server, Path said) throws InterruptedException {
    server.destroy();
    assertThat(server.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).as(read(said)).isZero();
  }

  private String run(Path launcher, Map<String, String> environment, String... arguments)
      throws Exception {
    Path said = Files.createTempFile(work, "said", ".txt");
    Process process = start(launcher, environment, said, arguments);
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(read(said)).isZero();
    return read(said);
  }

  private Process start(
      Path launcher, Map<String, String> environment, Path said, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
