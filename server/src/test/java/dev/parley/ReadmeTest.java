package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.parley.proto.v1.AgentServiceProto;
import dev.parley.proto.v1.AuditServiceProto;
import dev.parley.proto.v1.KeyServiceProto;
import dev.parley.proto.v1.MaintenanceServiceProto;
import dev.parley.proto.v1.MessageServiceProto;
import dev.parley.proto.v1.RetentionServiceProto;
import dev.parley.proto.v1.RunServiceProto;
import dev.parley.proto.v1.SearchServiceProto;
import dev.parley.proto.v1.SessionServiceProto;
import dev.parley.proto.v1.WatchServiceProto;
import dev.parley.proto.v1.WebhookServiceProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The README and the other documents, where they can be compared with the code. */
class ReadmeTest {
  private static final Path TOP =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
  private static final List<String> README = lines("README.md");
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!https?:|mailto:)([^)#\\s]*)(?:#([^)]*))?\\)");

  @Test
  void readme_length_isUnder200Lines() {
    assertThat(README).hasSizeLessThan(200);
  }

  static Stream<String> documents() throws IOException {
    try (Stream<Path> docs = Files.walk(TOP.resolve("server/docs"));
        Stream<Path> github = Files.walk(TOP.resolve(".github"))) {
      return Stream.of(Stream.of(TOP.resolve("README.md")), docs, github)
          .flatMap(files -> files)
          .filter(file -> file.toString().endsWith(".md"))
          .map(file -> TOP.relativize(file).toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  /** Relative links lead to a file that exists, and to a heading in it. */
  @ParameterizedTest
  @MethodSource("documents")
  void links_inDocument_leadSomewhere(String document) {
    Path folder = Objects.requireNonNull(TOP.resolve(document).getParent());
    List<String> broken = new ArrayList<>();
    Matcher link = LINK.matcher(String.join("\n", lines(document)));
    while (link.find()) {
      String path = link.group(1);
      Path target = path.isEmpty() ? TOP.resolve(document) : folder.resolve(path).normalize();
      String heading = link.group(2);
      if (!Files.exists(target) || (heading != null && !anchors(target).contains(heading))) {
        broken.add(link.group());
      }
    }
    assertThat(broken).isEmpty();
  }

  private static List<String> anchors(Path file) {
    return lines(TOP.relativize(file).toString()).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .toList();
  }

  /** Each RPC with a route has a request under its name, in the file of its API. */
  @Test
  void httpFiles_requests_areTheRpcs() {
    requestsAreRpcs(
        "parley",
        AgentServiceProto.getDescriptor(),
        KeyServiceProto.getDescriptor(),
        AuditServiceProto.getDescriptor(),
        SessionServiceProto.getDescriptor(),
        MessageServiceProto.getDescriptor(),
        RunServiceProto.getDescriptor(),
        MaintenanceServiceProto.getDescriptor(),
        RetentionServiceProto.getDescriptor(),
        SearchServiceProto.getDescriptor(),
        WatchServiceProto.getDescriptor(),
        WebhookServiceProto.getDescriptor());
    requestsAreRpcs("grip", dev.parley.proto.grip.v1.SessionServiceProto.getDescriptor());
    requestsAreRpcs("guayaba", dev.parley.proto.guayaba.v1.SessionServiceProto.getDescriptor());
    requestsAreRpcs("powabase", dev.parley.proto.powabase.v1.SessionServiceProto.getDescriptor());
    requestsAreRpcs("foundry", dev.parley.proto.foundry.v2.SessionServiceProto.getDescriptor());
    requestsAreRpcs(
        "openai",
        dev.parley.proto.openai.v1.ConversationServiceProto.getDescriptor(),
        dev.parley.proto.openai.v1.ItemServiceProto.getDescriptor());
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
                .filter(method -> method.getOptions().hasExtension(AnnotationsProto.http))
                .map(MethodDescriptor::getName)
                .toList());
  }

  /** The README and continuous integration run the same tests. */
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
