package dev.parley.storage.rocksdb.codec;

import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.rocksdb.record.change.ChangeRecord;

/** Converts entries of the change log to protobuf bytes and back. */
public final class ChangeRecords {
  private ChangeRecords() {}

  public static byte[] of(Change change) {
    ChangeRecord.Builder row =
        ChangeRecord.newBuilder()
            .setSessionId(Records.wrap(Keys.ofId(change.sessionId())))
            .setKind(ChangeRecord.Kind.valueOf(change.kind().name()))
            .setFirstSequence(change.firstSequence())
            .setLastSequence(change.lastSequence());
    if (change.runId() != null) {
      row.setRunId(change.runId());
    }
    if (change.user() != null) {
      row.setUser(change.user());
    }
    return row.build().toByteArray();
  }

  /** Decodes the entry with this key. */
  public static Change toChange(byte[] key, byte[] value) {
    ChangeRecord row = Records.parse(ChangeRecord.parser(), value);
    return new Change(
        new ChangePosition(Keys.changeNumberOf(key)),
        Keys.toId(key),
        Keys.toId(row.getSessionId().toByteArray()),
        Change.Kind.valueOf(row.getKind().name()),
        row.getFirstSequence(),
        row.getLastSequence(),
        row.hasRunId() ? row.getRunId() : null,
        row.hasUser() ? row.getUser() : null);
  }
}
