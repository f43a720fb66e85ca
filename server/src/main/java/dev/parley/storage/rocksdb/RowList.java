package dev.parley.storage.rocksdb;

import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.storage.StoredRun;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of messages and runs as they are stored, with the entries that lead to them. */
final class RowList {
  private final List<Row> rows = new ArrayList<>();
  private int bytes;

  /**
   * An entry.
   *
   * @param value null for an entry without one
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Row(Family family, byte[] key, byte @Nullable [] value) {}

  void addMessage(UUID agentId, UUID sessionId, Message message) {
    long sequence = message.sequence();
    add(Family.MESSAGES, Keys.message(agentId, sessionId, sequence), Records.ofMessage(message));
    add(
        Family.MESSAGE_IDS,
        Keys.messageId(agentId, sessionId, message.draft().messageId()),
        Keys.ofSequence(sequence));
    String runId = message.draft().runId();
    if (runId != null) {
      add(Family.RUN_MESSAGES, Keys.runMessage(agentId, sessionId, runId, sequence), null);
    }
  }

  void addRun(StoredRun stored) {
    Run run = stored.run();
    byte[] row = Keys.run(run.agentId(), run.sessionId(), run.number());
    add(Family.RUNS, row, Records.ofRun(run));
    add(
        Family.RUN_IDS,
        Keys.runId(run.agentId(), run.sessionId(), run.runId()),
        Keys.ofSequence(run.number()));
    if (!stored.context().isEmpty()) {
      add(Family.CONTEXTS, row, Records.ofContext(stored.context()));
    }
  }

  private void add(Family family, byte[] key, byte @Nullable [] value) {
    rows.add(new Row(family, key, value));
    bytes += key.length + (value == null ? 0 : value.length);
  }

  /** How much memory they take, roughly. */
  int bytes() {
    return bytes;
  }

  void putInto(Batch batch) {
    for (Row row : rows) {
      if (row.value() == null) {
        batch.mark(row.family(), row.key());
      } else {
        batch.put(row.family(), row.key(), row.value());
      }
    }
  }
}
