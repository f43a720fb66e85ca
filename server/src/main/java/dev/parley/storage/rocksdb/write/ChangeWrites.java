package dev.parley.storage.rocksdb.write;

import dev.parley.storage.change.Change;
import dev.parley.storage.rocksdb.codec.ChangeRecords;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.engine.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.RowReader;
import dev.parley.storage.rocksdb.read.ChangeReads;
import dev.parley.storage.rules.Micros;
import java.time.Instant;

/** Adds entries to the change log. Used by the write thread only. */
public final class ChangeWrites {
  private long last;

  private ChangeWrites(long last) {
    this.last = last;
  }

  /**
   * Continues the change log of a store. The first number is at least the present time in
   * microseconds. So numbers that were given out after a backup are not used again once this backup
   * is restored.
   */
  public static ChangeWrites open(RowReader store, Instant now) {
    return new ChangeWrites(Math.max(ChangeReads.last(store).number(), Micros.of(now)));
  }

  /**
   * Adds an entry with the next number. If the write fails, the number is not used again. The
   * stored number of the last entry changes with each batch, so that it outlives the entry.
   */
  void add(Batch batch, Change change) {
    last++;
    batch.put(ColumnFamily.CHANGES, Keys.change(change.agentId(), last), ChangeRecords.of(change));
    batch.put(ColumnFamily.META, Keys.CHANGE_NUMBER, Keys.ofSequence(last));
  }
}
