package dev.parley.api.openai.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import dev.parley.api.json.JsonCodec;
import dev.parley.api.parley.mapper.MessageMapper;
import dev.parley.core.append.NewMessage;
import dev.parley.proto.v1.ListMessagesResponse;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A page of 20 stored messages as items and, for comparison, as messages of the native API. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ItemMapperBenchmark {
  private static final int COUNT = 20;

  private final UUID sessionId = UUID.randomUUID();
  private final List<dev.parley.model.Message> texts =
      page("{\"role\":\"user\",\"content\":\"%s\"}");
  private final List<dev.parley.model.Message> parts =
      page(
          "{\"role\":\"assistant\",\"status\":\"completed\","
              + "\"content\":[{\"type\":\"output_text\",\"text\":\"%s\"}]}");
  private final List<dev.parley.model.Message> outputs =
      page("{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"%s\"}");

  private static List<dev.parley.model.Message> page(String item) {
    byte[] sent = item.formatted("The quick brown fox. ".repeat(50)).getBytes(UTF_8);
    NewMessage message = new ItemParser("01234567").parse(sent, "item").withoutChosenId("m");
    List<dev.parley.model.Message> page = new ArrayList<>();
    for (int i = 1; i <= COUNT; i++) {
      page.add(
          new dev.parley.model.Message(
              i,
              new dev.parley.model.Message.Draft(
                  UUID.randomUUID().toString(),
                  message.role(),
                  message.content(),
                  null,
                  message.metadata()),
              Instant.EPOCH));
    }
    return page;
  }

  private static ByteArrayOutputStream json(Message answer) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonCodec.write(answer, out);
    return out;
  }

  private static Message natively(List<dev.parley.model.Message> page) {
    ListMessagesResponse.Builder response = ListMessagesResponse.newBuilder();
    page.forEach(message -> response.addMessages(MessageMapper.toWire(message)));
    return response.build();
  }

  @Benchmark
  public ByteArrayOutputStream textsAsItems() throws Exception {
    return json(ItemMapper.toWire(sessionId, texts, false));
  }

  @Benchmark
  public ByteArrayOutputStream textsNatively() throws Exception {
    return json(natively(texts));
  }

  @Benchmark
  public ByteArrayOutputStream partsAsItems() throws Exception {
    return json(ItemMapper.toWire(sessionId, parts, false));
  }

  @Benchmark
  public ByteArrayOutputStream partsNatively() throws Exception {
    return json(natively(parts));
  }

  @Benchmark
  public ByteArrayOutputStream outputsAsItems() throws Exception {
    return json(ItemMapper.toWire(sessionId, outputs, false));
  }

  @Benchmark
  public ByteArrayOutputStream outputsNatively() throws Exception {
    return json(natively(outputs));
  }
}
