package dev.parley.storage.rocksdb.write;

import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.MessageRecords;
import dev.parley.storage.rocksdb.codec.RunRecords;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rules.MessageIds;
import dev.parley.storage.transfer.StoredRun;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Encoded rows of messages and runs, with their index entries. */
public final class RowList {
  private final List<Row> rows = new ArrayList<>();
  private int bytes;

  /**
   * A row.
   *
   * @param value null for an entry without a value
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Row(ColumnFamily family, byte[] key, byte @Nullable [] value) {}

  public void addMessage(UUID agentId, UUID sessionId, Message message) {
    long sequence = message.sequence();
    add(
        ColumnFamily.MESSAGES,
        Keys.message(agentId, sessionId, sequence),
        MessageRecords.ofMessage(message));
    String messageId = message.draft().messageId();
    if (!MessageIds.endsWithSequence(messageId, sequence)) {
      add(
          ColumnFamily.MESSAGE_IDS,
          Keys.messageId(agentId, sessionId, messageId),
          Keys.ofSequence(sequence));
    }
    String runId = message.draft().runId();
    if (runId != null) {
      add(ColumnFamily.RUN_MESSAGES, Keys.runMessage(agentId, sessionId, runId, sequence), null);
    }
  }

  public void addRun(StoredRun stored) {
    Run run = stored.run();
    byte[] row = Keys.run(run.agentId(), run.sessionId(), run.number());
    add(ColumnFamily.RUNS, row, RunRecords.ofRun(run));
    add(
        ColumnFamily.RUN_IDS,
        Keys.runId(run.agentId(), run.sessionId(), run.runId()),
        Keys.ofSequence(run.number()));
    if (!stored.context().isEmpty()) {
      add(ColumnFamily.CONTEXTS, row, RunRecords.ofContext(stored.context()));
    }
  }

  private void add(ColumnFamily family, byte[] key, byte @Nullable [] value) {
    rows.add(new Row(family, key, value));
    bytes += key.length + (value == null ? 0 : value.length);
  }

  /** The approximate size in memory. */
  public int bytes() {
    return bytes;
  }

  public void putInto(Batch batch) {
    for (Row row : rows) {
      if (row.value() == null) {
        batch.putKeyOnly(row.family(), row.key());
      } else {
        batch.put(row.family(), row.key(), row.value());
      }
    }
  }
}
