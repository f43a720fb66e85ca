package dev.parley.api.parley;

import dev.parley.api.parley.mapper.MessageMapper;
import dev.parley.api.parley.mapper.NativeMapper;
import dev.parley.core.append.NewMessage;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.ListMessagesResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Converts between the model and the messages of {@code parley.v1}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MapperBenchmark {
  private final Session session = WireSamples.storedSession();
  private final List<Message> page = WireSamples.storedPage();
  private final ChatMessage sent = WireSamples.append().getMessages(0);

  @Benchmark
  public dev.parley.proto.v1.Session sessionToWire() {
    return NativeMapper.toWire(session);
  }

  @Benchmark
  public ListMessagesResponse pageToWire() {
    ListMessagesResponse.Builder response = ListMessagesResponse.newBuilder();
    page.forEach(message -> response.addMessages(MessageMapper.toWire(message)));
    return response.build();
  }

  @Benchmark
  public NewMessage messageToModel() {
    return MessageMapper.toModel(sent);
  }

  /** Serializes the message of the mapper, as gRPC does. */
  @Benchmark
  public byte[] pageToWireToBytes() {
    return pageToWire().toByteArray();
  }
}
