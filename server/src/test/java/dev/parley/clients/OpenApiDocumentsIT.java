package dev.parley.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.NpmProject;
import dev.parley.testing.Programs;
import dev.parley.testing.ServerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs published tools over the OpenAPI documents of a server: the linters Redocly CLI and
 * Spectral, and openapi-typescript. The folder {@code src/test/npm/openapi} contains their
 * versions, and the rules that are off with the reasons.
 */
class OpenApiDocumentsIT {
  private static final List<String> REDOCLY =
      List.of("redocly", "lint", "--config", "redocly.yaml", "--format", "stylish");
  private static final List<String> SPECTRAL =
      List.of("spectral", "lint", "--ruleset", "spectral.yaml", "--fail-severity", "hint");

  /** The tools contact no other server. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of("REDOCLY_TELEMETRY", "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");

  @TempDir private static Path folder;
  private static Path npm;
  private static final List<Path> DOCUMENTS = new ArrayList<>();

  @BeforeAll
  static void fetch(@TempDir Path data) throws IOException {
    npm = NpmProject.install("openapi");
    try (ServerFixture server = ServerFixture.start(data)) {
      for (String api : List.of("parley", "guayaba", "grip", "powabase", "foundry", "openai")) {
        String document = server.send("GET", "/openapi/" + api + ".json", null, null).body();
        // Formatted with line breaks, so that reports contain the line of a problem.
        String lines = JsonBodies.tree(document).toPrettyString();
        DOCUMENTS.add(Files.writeString(folder.resolve(api + ".json"), lines));
      }
    }
  }

  /** Runs a tool of the project with these files. */
  private static Programs.Result run(List<String> tool, List<Path> files) {
    List<String> command = new ArrayList<>(tool);
    command.set(0, npm.resolve("node_modules/.bin").resolve(tool.get(0)).toString());
    files.forEach(file -> command.add(file.toString()));
    return Programs.run(npm, ENVIRONMENT, command);
  }

  @Test
  void documents_lintedByRedocly_noProblem() {
    String report = run(REDOCLY, DOCUMENTS).succeeded("redocly").err();

    assertThat(report).contains("Your API descriptions are valid").doesNotContain("warning.");
  }

  @Test
  void documents_lintedBySpectral_noProblem() {
    String report = run(SPECTRAL, DOCUMENTS).succeeded("spectral").out();

    assertThat(report).contains("No results with a severity of 'hint' or higher found!");
  }

  /** A warning is enough to fail. */
  @ParameterizedTest
  @ValueSource(strings = {"servers", "tags"})
  void linters_documentLacksMember_fail(String member) throws IOException {
    ObjectNode document = (ObjectNode) JsonBodies.tree(Files.readString(DOCUMENTS.get(0)));
    document.remove(member);
    Path bad = folder.resolve("without-" + member + ".json");
    Files.writeString(bad, document.toString());

    assertThat(run(REDOCLY, List.of(bad)).status()).isEqualTo(1);
    assertThat(run(SPECTRAL, List.of(bad)).status()).isEqualTo(1);
  }

  @Test
  void documents_convertedToTypeScript_compile() {
    List<Path> types = new ArrayList<>();
    for (Path document : DOCUMENTS) {
      Path file = folder.resolve(document.getFileName().toString().replace(".json", ".d.ts"));
      var unused =
          run(List.of("openapi-typescript", "--output", file.toString()), List.of(document))
              .succeeded("openapi-typescript");
      types.add(file);
    }

    // The types of other packages, which are below node_modules, do not matter.
    List<String> compiler =
        List.of("tsc", "--noEmit", "--strict", "--typeRoots", folder.toString());
    var unused = run(compiler, types).succeeded("tsc");
    assertThat(types).allSatisfy(file -> assertThat(file).content().contains("interface paths"));
  }
}
