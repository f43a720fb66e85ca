package dev.parley.api.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.parley.proto.guayaba.v1.Archive;
import dev.parley.proto.guayaba.v1.ListArchivesResponse;
import dev.parley.proto.powabase.v1.ListMessagesResponse;
import dev.parley.proto.powabase.v1.ListRunsResponse;
import dev.parley.proto.powabase.v1.ReasoningStep;
import dev.parley.proto.powabase.v1.Run;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.Json;
import dev.parley.proto.v1.Session;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The chunks of a message in parts are, together, the bytes of the whole message. */
class JsonPartsWriterTest {
  private static final int ITEMS = 7;
  private static final int SPLITS = 200;

  static Stream<Message> messages() {
    return Stream.of(
        sessions(),
        archives(),
        history(),
        dev.parley.proto.grip.v1.ListSessionsResponse.newBuilder()
            .addAllSessions(IntStream.range(0, ITEMS).mapToObj(i -> "k\"" + i).toList())
            .setCount(ITEMS)
            .build(),
        powabaseMessages(),
        runs(),
        dev.parley.proto.v1.ListSessionsResponse.newBuilder()
            .addAllSessions(
                IntStream.range(0, ITEMS)
                    .mapToObj(i -> Session.newBuilder().setKey("k" + i).build())
                    .toList())
            .setNextPageToken("next")
            .build(),
        ReasoningStep.newBuilder().setStep(1).setContent("c").addToolCalls("t").build());
  }

  private static Message sessions() {
    var list = dev.parley.proto.guayaba.v1.ListSessionsResponse.newBuilder();
    for (int i = 0; i < ITEMS; i++) {
      list.addSessionsBuilder().setKey("k" + i).setOrigin(json("{\"a\" : " + i + "}"));
    }
    return list.build();
  }

  private static Message archives() {
    var list = ListArchivesResponse.newBuilder();
    for (int i = 0; i < ITEMS; i++) {
      list.addArchives(Archive.newBuilder().setFilename("f" + i));
    }
    return list.build();
  }

  private static Message history() {
    var list = dev.parley.proto.guayaba.v1.GetSessionHistoryResponse.newBuilder();
    for (int i = 0; i < ITEMS; i++) {
      // Longer than the buffer of the generator.
      list.addMessagesBuilder().setId("m" + i).setContent(text("é🙂\n".repeat(1_000 * i)));
    }
    return list.build();
  }

  private static Message powabaseMessages() {
    var list = ListMessagesResponse.newBuilder().setSessionId("sess_1");
    for (int i = 0; i < ITEMS; i++) {
      list.addMessagesBuilder().setRole("user").setContent(text("t" + i));
    }
    return list.build();
  }

  private static Message runs() {
    var list = ListRunsResponse.newBuilder().setSessionId("sess_1").setLimit(100).setOffset(3);
    for (int i = 0; i < ITEMS; i++) {
      list.addRuns(Run.newBuilder().setRunId("r" + i).addEvents(json("{}")));
    }
    return list.build();
  }

  private static Content text(String text) {
    return Content.newBuilder().setText(text).build();
  }

  private static Json json(String value) {
    return Json.newBuilder().setValue(value).build();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void chunks_ofAnySplit_areTheBytesOfTheWhole(Message whole) {
    Random random = new Random(whole.getDescriptorForType().getFullName().hashCode());
    for (int i = 0; i < SPLITS; i++) {
      List<Message> parts = split(whole, random);
      assertThat(inParts(parts)).isEqualTo(new String(JsonCodec.write(whole), UTF_8));
    }
  }

  @ParameterizedTest
  @MethodSource("messages")
  void chunks_withoutItems_areTheBytesOfTheWhole(Message some) {
    Message none = some.toBuilder().clearField(list(some)).build();
    String expected = new String(JsonCodec.write(none), UTF_8);

    assertThat(inParts(List.of(none))).isEqualTo(expected);
    assertThat(inParts(List.of(none, none, none))).isEqualTo(expected);
  }

  /** The first chunk contains the fields before the list, before the last part is available. */
  @Test
  void add_firstPart_hasItsItemsAlready() {
    JsonPartsWriter writer = JsonPartsWriter.of(ListRunsResponse.getDescriptor());
    ListRunsResponse.Builder part = ListRunsResponse.newBuilder().setSessionId("s");
    part.addRunsBuilder().setId("first");

    assertThat(new String(writer.add(part.build()), UTF_8))
        .startsWith("{\"session_id\":\"s\",\"runs\":[{\"id\":\"first\"")
        .endsWith("}");
    assertThat(new String(writer.end(ListRunsResponse.newBuilder().setLimit(5).build()), UTF_8))
        .isEqualTo("],\"limit\":5,\"offset\":0}");
  }

  @Test
  void of_typeWithSeveralLists_asksForOne() {
    assertThatThrownBy(() -> JsonPartsWriter.of(Run.getDescriptor()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("powabase.v1.Run");
    JsonPartsWriter writer = JsonPartsWriter.of(Run.getDescriptor().findFieldByName("events"));
    Run run = Run.newBuilder().setId("i").addEvents(json("{}")).setAgentId("a").build();

    assertThat(writer.end(run)).isEqualTo(JsonCodec.write(run));
  }

  @Test
  void of_fieldThatIsNoList_isRefused() {
    assertThatThrownBy(() -> JsonPartsWriter.of(Run.getDescriptor().findFieldByName("id")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void add_afterTheEnd_isRefused() {
    JsonPartsWriter writer = JsonPartsWriter.of(ListArchivesResponse.getDescriptor());
    writer.end(ListArchivesResponse.getDefaultInstance());

    assertThatThrownBy(() -> writer.add(ListArchivesResponse.getDefaultInstance()))
        .isInstanceOf(IllegalStateException.class);
  }

  private static String inParts(List<Message> parts) {
    JsonPartsWriter writer = JsonPartsWriter.of(list(parts.get(0)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < parts.size(); i++) {
      boolean last = i == parts.size() - 1;
      out.writeBytes(last ? writer.end(parts.get(i)) : writer.add(parts.get(i)));
    }
    return out.toString(UTF_8);
  }

  /**
   * Splits the items of {@code whole} into parts, of which some are empty. The first and the last
   * part have the other fields.
   */
  private static List<Message> split(Message whole, Random random) {
    FieldDescriptor list = list(whole);
    List<?> items = (List<?>) whole.getField(list);
    int count = 1 + random.nextInt(6);
    int[] cuts = random.ints(count - 1L, 0, items.size() + 1).sorted().toArray();
    List<Message> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = i == 0 ? 0 : cuts[i - 1];
      int to = i == count - 1 ? items.size() : cuts[i];
      Message.Builder part = whole.toBuilder();
      for (FieldDescriptor field : whole.getAllFields().keySet()) {
        boolean before = field.getIndex() < list.getIndex();
        if (field.equals(list) || before && i > 0 || !before && i < count - 1) {
          part.clearField(field);
        }
      }
      items.subList(from, to).forEach(item -> part.addRepeatedField(list, item));
      parts.add(part.build());
    }
    return parts;
  }

  private static FieldDescriptor list(Message message) {
    return message.getDescriptorForType().getFields().stream()
        .filter(FieldDescriptor::isRepeated)
        .findFirst()
        .orElseThrow();
  }
}
