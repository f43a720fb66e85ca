package dev.parley.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.parley.proto.v1.AnnotationsProto;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.Session;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code google.api.field_behavior} of {@code parley.v1} agrees with rules and comments. */
class FieldBehaviorTest {
  private static final String OUTPUT_ONLY_COMMENT = "Output only.";

  @Test
  void required_isWhatTheRuleRequires() throws IOException {
    assertThat(fields())
        .isNotEmpty()
        .allSatisfy(
            field ->
                assertThat(behavior(field).contains(FieldBehavior.REQUIRED))
                    .as(field.getFullName())
                    .isEqualTo(
                        field.getOptions().getExtension(AnnotationsProto.rule).getRequired()));
  }

  @Test
  void outputOnly_fieldsOfSession_areThoseThatNoRequestSets() {
    assertThat(outputOnly(Session.getDescriptor().getFields()))
        .containsExactlyInAnyOrder(
            "agent_id",
            "session_id",
            "create_time",
            "update_time",
            "message_count",
            "head_sequence",
            "archive_time",
            "archive_filename",
            "effective_expire_time");
  }

  /** As many annotations as comments say so. */
  @Test
  void outputOnly_isWhatCommentsSay() throws IOException {
    long inComments =
        ProtoFiles.sources().entrySet().stream()
            .filter(source -> source.getKey().startsWith("parley/v1/"))
            .mapToLong(
                source ->
                    source.getValue().split(Pattern.quote(OUTPUT_ONLY_COMMENT), -1).length - 1L)
            .sum();

    assertThat(outputOnly(fields().toList())).hasSize(Math.toIntExact(inComments));
  }

  @Test
  void immutable_isWhatCannotBeChanged() {
    assertThat(behavior(Session.getDescriptor().findFieldByName("key")))
        .containsExactly(FieldBehavior.IMMUTABLE);
    assertThat(behavior(Run.getDescriptor().findFieldByName("run_id")))
        .containsExactly(FieldBehavior.IMMUTABLE);
  }

  private static List<String> outputOnly(List<FieldDescriptor> fields) {
    return fields.stream()
        .filter(field -> behavior(field).contains(FieldBehavior.OUTPUT_ONLY))
        .map(FieldDescriptor::getName)
        .toList();
  }

  private static List<FieldBehavior> behavior(FieldDescriptor field) {
    return field.getOptions().getExtension(FieldBehaviorProto.fieldBehavior);
  }

  private static Stream<FieldDescriptor> fields() throws IOException {
    return ProtoFiles.descriptors().stream()
        .filter(file -> file.getPackage().equals("parley.v1"))
        .flatMap(file -> file.getMessageTypes().stream())
        .flatMap(message -> message.getFields().stream());
  }
}
