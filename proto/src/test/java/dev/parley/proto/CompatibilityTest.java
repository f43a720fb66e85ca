package dev.parley.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.parley.proto.v1.ContentProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Names, numbers, types, routes and options of the protos are what was released: {@code
 * released.txt} lists them, one element a line. Whoever changes the list says so in a review.
 *
 * <p>{@code mvn test -pl proto -Dparley.protos.release} writes the list anew.
 */
class CompatibilityTest {
  private static final String RELEASE_PROPERTY = "parley.protos.release";
  private static final Path RELEASED = ProtoFiles.MODULE.resolve("src/test/resources/released.txt");

  @Test
  void protos_comparedWithReleased_sameElements() throws IOException {
    List<String> present = ProtoElements.of(ProtoFiles.descriptors());
    if (System.getProperty(RELEASE_PROPERTY) != null) {
      Files.write(RELEASED, present);
    }
    ReleasedElements released = new ReleasedElements(Files.readAllLines(RELEASED));
    List<String> broken = released.broken(present);
    List<String> added = released.added(present);
    if (!broken.isEmpty()) {
      fail("Released clients break. Undo this, or make a new version:\n" + lines(broken));
    }
    if (!added.isEmpty()) {
      fail(
          "Not in the list of what is released. If each is meant to stay as it is for good, add"
              + (" these lines to " + RELEASED.getFileName() + ", or run with -D")
              + (RELEASE_PROPERTY + ":\n" + lines(added)));
    }
  }

  private static String lines(Collection<String> lines) {
    return String.join("\n", lines);
  }

  /** The check finds what it is there for. */
  @Nested
  class Check {
    private final ReleasedElements released =
        new ReleasedElements(
            List.of(
                "message p.Dog:",
                "field p.Dog.name: 1 implicit string json name",
                "route POST /v1/dogs:walk: p.Dogs.Walk body *"));

    @Test
    void broken_nothingChanged_empty() {
      List<String> same =
          List.of(
              "route POST /v1/dogs:walk: p.Dogs.Walk body *",
              "field p.Dog.name: 1 implicit string json name",
              "message p.Dog:");

      assertThat(released.broken(same)).isEmpty();
      assertThat(released.added(same)).isEmpty();
    }

    @Test
    void broken_lineRemoved_saysGone() {
      assertThat(
              released.broken(
                  List.of("message p.Dog:", "route POST /v1/dogs:walk: p.Dogs.Walk body *")))
          .containsExactly("gone:    field p.Dog.name: 1 implicit string json name");
    }

    @Test
    void broken_numberChanged_saysFromAndTo() {
      assertThat(
              released.broken(
                  List.of(
                      "message p.Dog:",
                      "field p.Dog.name: 2 implicit string json name",
                      "route POST /v1/dogs:walk: p.Dogs.Walk body *")))
          .singleElement()
          .asString()
          .contains("changed: field p.Dog.name: 1 ", "to: field p.Dog.name: 2 ");
    }

    @Test
    void broken_messageBecameTransparent_reported() {
      assertThat(
              released.broken(
                  List.of(
                      "message p.Dog: [parley.v1.transparent]: true",
                      "field p.Dog.name: 1 implicit string json name",
                      "route POST /v1/dogs:walk: p.Dogs.Walk body *")))
          .hasSize(1);
    }

    @Test
    void added_newField_listedNotBroken() {
      List<String> more =
          List.of(
              "message p.Dog:",
              "field p.Dog.name: 1 implicit string json name",
              "field p.Dog.age: 2 optional int32 json age",
              "route POST /v1/dogs:walk: p.Dogs.Walk body *");

      assertThat(released.broken(more)).isEmpty();
      assertThat(released.added(more))
          .containsExactly("field p.Dog.age: 2 optional int32 json age");
    }
  }

  /** What changes in a descriptor changes in its lines. */
  @Nested
  class Elements {
    private final List<String> before = ProtoElements.of(List.of(ContentProto.getDescriptor()));

    @Test
    void of_content_saysNumberPresenceTypeOneofAndOptions() {
      assertThat(before)
          .contains(
              "message parley.v1.Content: [parley.v1.transparent]: true",
              "field parley.v1.Content.blocks: 2 optional parley.v1.Json json blocks oneof kind",
              "field parley.v1.Json.value: 1 optional string json value"
                  + " [parley.v1.json] { verbatim: true }");
    }

    @Test
    void of_numberChanged_broken() {
      List<String> after =
          edited(file -> file.getMessageTypeBuilder(1).getFieldBuilder(0).setNumber(7));

      assertThat(new ReleasedElements(before).broken(after))
          .singleElement()
          .asString()
          .contains("to: field parley.v1.Content.text: 7 ");
    }

    @Test
    void of_jsonNameChanged_broken() {
      List<String> after =
          edited(file -> file.getMessageTypeBuilder(1).getFieldBuilder(0).setJsonName("words"));

      assertThat(new ReleasedElements(before).broken(after)).hasSize(1);
    }

    @Test
    void of_messageRemoved_broken() {
      List<String> after = edited(file -> file.removeMessageType(1));

      assertThat(new ReleasedElements(before).broken(after))
          .hasSize(3)
          .allMatch(line -> line.startsWith("gone:"));
    }

    private static List<String> edited(Consumer<FileDescriptorProto.Builder> edit) {
      FileDescriptor real = ContentProto.getDescriptor();
      FileDescriptorProto.Builder file = real.toProto().toBuilder();
      edit.accept(file);
      try {
        return ProtoElements.of(
            List.of(
                FileDescriptor.buildFrom(
                    file.build(), real.getDependencies().toArray(FileDescriptor[]::new))));
      } catch (DescriptorValidationException e) {
        throw new AssertionError(e);
      }
    }
  }
}
