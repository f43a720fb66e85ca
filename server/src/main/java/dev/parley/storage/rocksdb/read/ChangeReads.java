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
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the change log. */
public final class ChangeReads {
  private ChangeReads() {}

  /** The position of the last stored entry, even if the entry was deleted with its agent. */
  public static ChangePosition last(RowReader reader) {
    return reader.getAll(ColumnFamily.META, Keys.changeNumbers()).stream()
        .filter(Objects::nonNull)
        .map(number -> new ChangePosition(Keys.toSequence(number)))
        .max(Comparator.naturalOrder())
        .orElse(ChangePosition.START);
  }

  /**
   * Merges the lists of the agents.
   *
   * @param last the last position to read. Later entries may be incomplete.
   */
  public static ChangePage list(DatabaseSnapshot snapshot, ChangeQuery query, ChangePosition last) {
    long after = Math.min(query.after().number(), last.number());
    List<byte[]> lists = query.agentIds().stream().map(Keys::agentRows).toList();
    List<byte[]> keys;
    try (Scan scan = snapshot.scan(ColumnFamily.CHANGES, new byte[0])) {
      keys =
          new MergingCursor(
                  scan, lists, list -> Keys.join(list, Keys.ofSequence(after + 1)), query.limit())
              .next(query.limit()).stream()
                  .map(IndexEntry::key)
                  .takeWhile(key -> Keys.changeNumberOf(key) <= last.number())
                  .toList();
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
