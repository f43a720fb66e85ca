package dev.parley.storage.rocksdb.read;

import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePage;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.storage.rocksdb.codec.ChangeRecords;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.RowReader;
import dev.parley.storage.rocksdb.engine.Scan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the change log. */
public final class ChangeReads {
  private ChangeReads() {}

  /** The position of the last entry, even if the entry was deleted with its agent. */
  public static ChangePosition last(RowReader reader) {
    byte[] number = reader.get(ColumnFamily.META, Keys.CHANGE_NUMBER);
    return number == null ? ChangePosition.START : new ChangePosition(Keys.toSequence(number));
  }

  /** Merges the lists of the agents. */
  public static ChangePage list(DatabaseSnapshot snapshot, ChangeQuery query) {
    ChangePosition last = last(snapshot);
    long after = Math.min(query.after().number(), last.number());
    List<byte[]> lists = query.agentIds().stream().map(Keys::agentRows).toList();
    List<byte[]> keys;
    try (Scan scan = snapshot.scan(ColumnFamily.CHANGES, new byte[0])) {
      keys =
          new MergingCursor(
                  scan, lists, list -> Keys.join(list, Keys.ofSequence(after + 1)), query.limit())
              .next(query.limit()).stream().map(IndexEntry::key).toList();
    }
    List<byte @Nullable []> values = snapshot.getAll(ColumnFamily.CHANGES, keys);
    List<Change> changes = new ArrayList<>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      byte[] value = values.get(i);
      if (value == null) {
        throw new IllegalStateException("An entry of the change log is missing.");
      }
      changes.add(ChangeRecords.toChange(keys.get(i), value));
    }
    return ChangePage.of(changes, query.limit(), last);
  }
}
