package dev.parley.storage.rocksdb.codec;

import dev.parley.api.parley.WireSamples;
import dev.parley.model.Message;
import dev.parley.model.Session;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Measures the conversion between the model and the rows of the embedded store. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RecordsBenchmark {
  private final Session session = WireSamples.storedSession();
  private final Message message = WireSamples.storedMessage();
  private final byte[] sessionRow = SessionRecords.ofSession(session, null);
  private final byte[] messageRow = MessageRecords.ofMessage(message);

  @Benchmark
  public byte[] sessionToRow() {
    return SessionRecords.ofSession(session, null);
  }

  @Benchmark
  public StoredSession rowToSession() {
    return SessionRecords.toSession(
        Keys.session(session.agentId(), session.sessionId()), sessionRow);
  }

  @Benchmark
  public byte[] messageToRow() {
    return MessageRecords.ofMessage(message);
  }

  @Benchmark
  public Message rowToMessage() {
    return MessageRecords.toMessage(message.sequence(), messageRow);
  }
}
