package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.parley.config.Reference;
import dev.parley.config.Setting;
import dev.parley.proto.v1.AgentServiceProto;
import dev.parley.proto.v1.AuditServiceProto;
import dev.parley.proto.v1.KeyServiceProto;
import dev.parley.proto.v1.MaintenanceServiceProto;
import dev.parley.proto.v1.RetentionServiceProto;
import dev.parley.proto.v1.RunServiceProto;
import dev.parley.proto.v1.SessionServiceProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README says of the code, where it can be compared. */
class ReadmeTest {
  private static final Path TOP =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
  private static final List<String> README = lines("README.md");

  /** Row by row; a setting that is added or changed is so in both. */
  @Test
  void settings_table_isTheCodes() {
    List<String> rows = README.stream().filter(line -> line.contains("| `PARLEY_")).toList();

    assertThat(rows)
        .containsExactlyElementsOf(Arrays.stream(Setting.values()).map(ReadmeTest::row).toList());
  }

  /** {@code parley config --reference} writes it anew. */
  @Test
  void referenceFile_isTheCodes() throws IOException {
    assertThat(Files.readString(TOP.resolve("server/src/main/dist/conf/parley.properties")))
        .isEqualTo(Reference.text());
  }

  private static String row(Setting setting) {
    return "| `%s` | `%s` | %s | %s | %s |"
        .formatted(
            setting.key(),
            setting.environmentName(),
            setting.meaning(),
            setting.defaultValue().map(value -> "`" + value + "`").orElse("-"),
            setting.range());
  }

  /** Each route with its rpc and its scope. */
  @Test
  void routes_table_isTheProtos() {
    List<String> rows =
        README.stream().filter(line -> line.matches("\\| `(gRPC|[A-Z]+) /.*")).toList();

    assertThat(rows)
        .containsExactlyElementsOf(
            Stream.of(
                    AgentServiceProto.getDescriptor(),
                    KeyServiceProto.getDescriptor(),
                    AuditServiceProto.getDescriptor(),
                    SessionServiceProto.getDescriptor(),
                    RunServiceProto.getDescriptor(),
                    MaintenanceServiceProto.getDescriptor(),
                    RetentionServiceProto.getDescriptor(),
                    dev.parley.proto.guayaba.v1.SessionServiceProto.getDescriptor(),
                    dev.parley.proto.grip.v1.SessionServiceProto.getDescriptor(),
                    dev.parley.proto.powabase.v1.SessionServiceProto.getDescriptor(),
                    dev.parley.proto.foundry.v2.SessionServiceProto.getDescriptor())
                .flatMap(ReadmeTest::rows)
                .toList());
  }

  /** Each rpc has a request under its name, in the file of its API. */
  @Test
  void httpFiles_requests_areTheRpcs() {
    requestsAreRpcs(
        "parley",
        AgentServiceProto.getDescriptor(),
        KeyServiceProto.getDescriptor(),
        AuditServiceProto.getDescriptor(),
        SessionServiceProto.getDescriptor(),
        RunServiceProto.getDescriptor(),
        RetentionServiceProto.getDescriptor());
    requestsAreRpcs("grip", dev.parley.proto.grip.v1.SessionServiceProto.getDescriptor());
    requestsAreRpcs("guayaba", dev.parley.proto.guayaba.v1.SessionServiceProto.getDescriptor());
    requestsAreRpcs("powabase", dev.parley.proto.powabase.v1.SessionServiceProto.getDescriptor());
    requestsAreRpcs("foundry", dev.parley.proto.foundry.v2.SessionServiceProto.getDescriptor());
  }

  private static void requestsAreRpcs(String api, FileDescriptor... files) {
    List<String> requested =
        lines("server/docs/http/" + api + ".http").stream()
            .filter(line -> line.startsWith("### ") && !line.startsWith("### Health"))
            .map(line -> line.replaceAll("### (\\w+).*", "$1"))
            .distinct()
            .toList();

    assertThat(requested)
        .containsExactlyElementsOf(
            Stream.of(files)
                .flatMap(file -> file.getServices().get(0).getMethods().stream())
                .map(MethodDescriptor::getName)
                .toList());
  }

  private static Stream<String> rows(FileDescriptor file) {
    return file.getServices().get(0).getMethods().stream().flatMap(ReadmeTest::rows);
  }

  private static Stream<String> rows(MethodDescriptor method) {
    HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
    List<HttpRule> rules = new ArrayList<>(List.of(rule));
    rules.addAll(rule.getAdditionalBindingsList());
    String scope = method.getOptions().getExtension(dev.parley.proto.v1.AnnotationsProto.scope);
    return rules.stream()
        .map(
            each ->
                "| `%s` | `%s.%s` | `%s` |"
                    .formatted(
                        route(method, each),
                        method.getService().getName(),
                        method.getName(),
                        scope));
  }

  private static String route(MethodDescriptor method, HttpRule rule) {
    return switch (rule.getPatternCase()) {
      case GET -> "GET " + rule.getGet();
      case POST -> "POST " + rule.getPost();
      case PATCH -> "PATCH " + rule.getPatch();
      case PUT -> "PUT " + rule.getPut();
      case DELETE -> "DELETE " + rule.getDelete();
      case PATTERN_NOT_SET -> "gRPC /" + method.getService().getFullName() + "/" + method.getName();
      default -> throw new IllegalArgumentException(rule.toString());
    };
  }

  /** Who follows the README tests what is tested elsewhere. */
  @Test
  void testCommand_isTheOneOfContinuousIntegration() {
    List<String> ci = lines(".ci/run");

    assertThat(README).contains(ci.get(ci.size() - 1));
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(TOP.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
