package dev.parley.bench.jmh;

import dev.parley.api.json.JsonCodec;
import dev.parley.api.json.JsonCodec.Parsed;
import dev.parley.api.parley.WireSamples;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.Session;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Converts messages of {@code parley.v1} to JSON and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class JsonBenchmark {
  private final ListMessagesResponse page = WireSamples.page();
  private final Session session = WireSamples.session();
  private final AppendMessagesRequest append = WireSamples.append();
  private final byte[] pageJson = JsonCodec.write(page);
  private final byte[] sessionJson = JsonCodec.write(session);
  private final byte[] appendJson = JsonCodec.write(append);

  @Benchmark
  public byte[] writePage() {
    return JsonCodec.write(page);
  }

  @Benchmark
  public Parsed parsePage() {
    return JsonCodec.parse(pageJson, ListMessagesResponse.getDefaultInstance());
  }

  @Benchmark
  public byte[] writeSession() {
    return JsonCodec.write(session);
  }

  @Benchmark
  public Parsed parseSession() {
    return JsonCodec.parse(sessionJson, Session.getDefaultInstance());
  }

  @Benchmark
  public byte[] writeAppend() {
    return JsonCodec.write(append);
  }

  @Benchmark
  public Parsed parseAppend() {
    return JsonCodec.parse(appendJson, AppendMessagesRequest.getDefaultInstance());
  }
}
