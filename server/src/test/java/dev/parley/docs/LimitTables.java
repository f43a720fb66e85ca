package dev.parley.docs;

import static dev.parley.docs.MarkdownTable.code;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.parley.api.call.Transport;
import dev.parley.api.rest.RestService;
import dev.parley.config.Setting;
import dev.parley.core.Messages;
import dev.parley.proto.v1.AnnotationsProto;
import dev.parley.proto.v1.Rule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** The tables of {@code LIMITS.md}. */
final class LimitTables {
  private static final int MEBIBYTE = 1 << 20;
  private static final int KIBIBYTE = 1 << 10;

  private LimitTables() {}

  static Stream<GeneratedSection> sections() {
    return Stream.concat(
        Stream.of(new GeneratedSection("LIMITS.md", "sizes", sizes())),
        Protos.files().keySet().stream()
            // Its fields have no limits.
            .filter(api -> !api.equals("grip"))
            .map(api -> new GeneratedSection("LIMITS.md", api, fields(api))));
  }

  private static String sizes() {
    MarkdownTable table = new MarkdownTable(List.of("What", "Limit", "Setting"));
    add(table, "Request body or gRPC message", Setting.REQUEST_BYTES_MAX);
    add(table, "Content of one message", Setting.CONTENT_BYTES_MAX);
    row(table, "Items of one page, together", Messages.PAGE_BYTES_MAX);
    row(table, "History without pages over REST", Transport.REST.answerBytesMax());
    row(table, "Answer over gRPC", Transport.GRPC.answerBytesMax());
    table.add(
        List.of(
            "Path and query of a REST request",
            String.format(Locale.ROOT, "%,d characters", RestService.TARGET_LENGTH_MAX),
            "fixed"));
    return table.toString();
  }

  private static void add(MarkdownTable table, String what, Setting setting) {
    table.add(
        List.of(
            what,
            size(Long.parseLong(setting.defaultValue().orElseThrow())) + " by default",
            code(setting.key())));
  }

  private static void row(MarkdownTable table, String what, long bytes) {
    table.add(List.of(what, size(bytes), "fixed"));
  }

  private static String size(long bytes) {
    if (bytes < MEBIBYTE) {
      return bytes / KIBIBYTE + " KiB";
    }
    return bytes % MEBIBYTE == 0 ? bytes / MEBIBYTE + " MiB" : (double) bytes / MEBIBYTE + " MiB";
  }

  /** The fields of an API's requests whose length or range is limited. */
  private static String fields(String api) {
    MarkdownTable table = new MarkdownTable(List.of("Field", "Limits"));
    Set<Descriptor> seen = new LinkedHashSet<>();
    Protos.rpcs(api).stream().map(MethodDescriptor::getInputType).forEach(m -> collect(m, seen));
    for (Descriptor message : seen) {
      for (FieldDescriptor field : message.getFields()) {
        List<String> limits = limits(field.getOptions().getExtension(AnnotationsProto.rule));
        if (!limits.isEmpty()) {
          table.add(
              List.of(code(message.getName() + "." + field.getName()), String.join(", ", limits)));
        }
      }
    }
    return table.toString();
  }

  private static void collect(Descriptor message, Set<Descriptor> seen) {
    if (!message.getFile().getPackage().startsWith("google.") && seen.add(message)) {
      message.getFields().stream()
          .filter(field -> field.getJavaType() == JavaType.MESSAGE)
          .forEach(field -> collect(field.getMessageType(), seen));
    }
  }

  private static List<String> limits(Rule rule) {
    List<String> limits = new ArrayList<>();
    if (rule.getMaxCharacters() > 0) {
      limits.add("at most " + rule.getMaxCharacters() + " characters");
    }
    if (rule.hasMinimum()) {
      limits.add("at least " + rule.getMinimum());
    }
    if (rule.hasMaximum()) {
      limits.add("at most " + rule.getMaximum());
    }
    if (rule.getLabelNames()) {
      limits.add("names of 1 to 63 characters");
    }
    if (rule.getMaxItems() > 0) {
      limits.add("at most " + rule.getMaxItems() + " items");
    }
    if (rule.getMaxBytes() > 0) {
      limits.add("at most " + size(rule.getMaxBytes()));
    }
    return limits;
  }
}
