package dev.parley.storage.rocksdb.migration;

import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import java.nio.ByteBuffer;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** The number of the key layout in a folder, and the steps that lead from older ones to it. */
public final class Layout {
  private static final int FIRST = 1;

  /** The layout of this version. */
  public static final Layout CURRENT =
      new Layout(
          FIRST, List.of(new V2RunAndUserIndexes(), new V3AuditLog(), new V4SessionExpiryIndex()));

  private final int oldest;
  private final List<Migration> migrations;

  /** A step from one layout to the next. */
  @FunctionalInterface
  interface Migration {
    /**
     * Rewrites what has to be. What goes into {@code last} is written together with the new number;
     * what is written before that must bear to be written again, as a step that dies is repeated.
     */
    void run(Database database, WriteBatch last) throws RocksDBException;
  }

  /** A layout that is reached from {@code oldest} by {@code migrations}, one number each. */
  public Layout(int oldest, List<Migration> migrations) {
    this.oldest = oldest;
    this.migrations = List.copyOf(migrations);
  }

  private int number() {
    return oldest + migrations.size();
  }

  /** The number of the layout that an open database has; 0 if it is empty. */
  public static int of(Database database) {
    byte[] value = database.get(ColumnFamily.META, Keys.LAYOUT);
    return value == null ? 0 : ByteBuffer.wrap(value).getInt();
  }

  /** Refuses an open database that does not have this very layout. */
  public void requireOf(Database database) {
    int found = of(database);
    if (found != number()) {
      throw new StoreUnavailableException(
          "its layout is " + found + ": start a server of this version on it first");
    }
  }

  /** Refuses an open database whose layout does not lead to this one. */
  public void requireKnown(Database database) {
    int found = of(database);
    if (found > number()) {
      throw new StoreUnavailableException(
          "its layout is " + found + ", and this version reads up to " + number());
    }
    if (found < oldest) {
      throw new StoreUnavailableException(
          "its layout is " + found + ", and this version reads from " + oldest + " on");
    }
    if (!database.foreignFamilies().isEmpty()) {
      throw new StoreUnavailableException(
          "it holds column families that are not Parley's: " + database.foreignFamilies());
    }
  }

  /** Brings an open database to this layout, or refuses it. */
  public void apply(Database database) throws RocksDBException {
    byte[] value = database.get(ColumnFamily.META, Keys.LAYOUT);
    if (value == null) {
      if (!database.isEmpty() || !database.foreignFamilies().isEmpty()) {
        throw new StoreUnavailableException("the database is not Parley's");
      }
      write(database, number());
      return;
    }
    requireKnown(database);
    for (int number = of(database); number < number(); number++) {
      step(database, number);
    }
  }

  private void step(Database database, int from) throws RocksDBException {
    try (WriteBatch last = new WriteBatch()) {
      migrations.get(from - oldest).run(database, last);
      put(database, last, from + 1);
      database.write(last);
    }
  }

  public static void write(Database database, int number) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      put(database, batch, number);
      database.write(batch);
    }
  }

  private static void put(Database database, WriteBatch batch, int number) throws RocksDBException {
    byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    batch.put(database.handle(ColumnFamily.META), Keys.LAYOUT, value);
  }
}
