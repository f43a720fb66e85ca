package dev.parley.docs;

import static dev.parley.docs.MarkdownTable.code;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import dev.parley.model.ErrorReason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The table of {@code ERRORS.md}: codes and statuses from the model, meanings from the proto. */
final class ErrorTable {
  private static final String DESCRIPTORS = "/META-INF/armeria/grpc/parley.dsc";
  private static final String FILE = "parley/v1/error_reason.proto";

  private ErrorTable() {}

  static Stream<GeneratedSection> sections() throws IOException {
    MarkdownTable table = new MarkdownTable(List.of("Reason", "gRPC", "HTTP", "Meaning"));
    Map<String, String> comments = comments();
    Arrays.stream(ErrorReason.values())
        .forEach(
            reason ->
                table.add(
                    List.of(
                        code(reason.name()),
                        code(reason.code().name()),
                        Integer.toString(reason.httpStatus()),
                        meaning(reason, comments.get(reason.name())))));
    return Stream.of(new GeneratedSection("ERRORS.md", "reasons", table.toString()));
  }

  /** A comment repeats code and status of its reason, which have columns of their own. */
  private static String meaning(ErrorReason reason, String comment) {
    String prefix = reason.code() + ", " + reason.httpStatus() + ". ";
    if (!comment.startsWith(prefix)) {
      throw new AssertionError("The comment of " + reason + " does not begin with " + prefix);
    }
    return comment.substring(prefix.length());
  }

  /** The comments of the enum's values, by their names. */
  private static Map<String, String> comments() throws IOException {
    try (InputStream in = ErrorTable.class.getResourceAsStream(DESCRIPTORS)) {
      FileDescriptorProto file =
          FileDescriptorSet.parseFrom(Objects.requireNonNull(in, DESCRIPTORS))
              .getFileList()
              .stream()
              .filter(each -> each.getName().equals(FILE))
              .findFirst()
              .orElseThrow();
      Map<String, String> comments = new HashMap<>();
      for (Location location : file.getSourceCodeInfo().getLocationList()) {
        if (isEnumValue(location)) {
          comments.put(
              file.getEnumType(0).getValue(location.getPath(3)).getName(),
              location.getLeadingComments().strip().replaceAll("\\s+", " "));
        }
      }
      return comments;
    }
  }

  /** Whether the location is that of a value of the file's first enum. */
  private static boolean isEnumValue(Location location) {
    return location.getPathCount() == 4
        && location
            .getPathList()
            .subList(0, 3)
            .equals(
                List.of(
                    FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER,
                    0,
                    com.google.protobuf.DescriptorProtos.EnumDescriptorProto.VALUE_FIELD_NUMBER));
  }
}
