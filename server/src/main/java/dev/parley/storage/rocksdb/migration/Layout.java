package dev.parley.storage.rocksdb.migration;

import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.migration.MigrationPlan;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** The layout number of a data folder, and the migrations that lead to the present layout. */
public final class Layout {
  private static final int FIRST = 1;

  /** The layout of this version. */
  public static final Layout CURRENT =
      new Layout(
          FIRST,
          List.of(
              new V2RunAndUserIndexes(),
              new V3AuditLog(),
              new V4SessionExpiryIndex(),
              new V5DeletedMessages(),
              new V6ChangeLog(),
              new V7RunLeases(),
              new V8Webhooks(),
              new V9SessionCreationIndex(),
              new V10ArchiveIndexes(),
              new V11RunAndArchiveIndexes(),
              new V12MessageIds(),
              new V13SessionDetails()));

  private final int oldest;
  private final List<Migration> migrations;

  /** A migration from one layout to the next. */
  interface Migration {
    /**
     * Rewrites data. Changes in {@code last} are written together with the new layout number.
     * Earlier changes must be idempotent, because an interrupted migration is repeated.
     */
    void run(Database database, WriteBatch last) throws RocksDBException;

    /** What the migration changes, in one sentence. */
    String description();
  }

  /** Creates a layout that {@code migrations} reach from {@code oldest}, one number each. */
  public Layout(int oldest, List<Migration> migrations) {
    this.oldest = oldest;
    this.migrations = List.copyOf(migrations);
  }

  private int number() {
    return oldest + migrations.size();
  }

  /** The layout number of an open database; 0 if it is empty. */
  public static int of(Database database) {
    byte[] value = database.get(ColumnFamily.META, Keys.LAYOUT);
    return value == null ? 0 : ByteBuffer.wrap(value).getInt();
  }

  /** Fails unless the open database has exactly this layout. */
  public void requireOf(Database database) {
    int found = of(database);
    if (found != number()) {
      throw new StoreUnavailableException(
          "its layout is " + found + ": start a server of this version on it to migrate it");
    }
  }

  /** Fails if this version cannot read or migrate the layout of the open database. */
  public void requireKnown(Database database) {
    int found = of(database);
    if (found > number()) {
      throw new StoreUnavailableException(
          "its layout is " + found + ", and this version reads layouts up to " + number());
    }
    if (found < oldest) {
      throw new StoreUnavailableException(
          "its layout is " + found + ", and this version reads layouts from " + oldest + " on");
    }
    if (!database.foreignFamilies().isEmpty()) {
      throw new StoreUnavailableException(
          "it contains unknown column families: " + database.foreignFamilies());
    }
  }

  /** The migrations that {@link #apply} runs on an open database of a known layout. */
  public MigrationPlan plan(Database database) {
    int found = of(database);
    List<MigrationPlan.Step> steps = new ArrayList<>();
    for (int number = found; number < number(); number++) {
      String description = migrations.get(number - oldest).description();
      steps.add(new MigrationPlan.Step(Integer.toString(number + 1), description));
    }
    return new MigrationPlan("layout", Integer.toString(found), steps);
  }

  /** Migrates an open database to this layout, or fails. */
  public void apply(Database database) throws RocksDBException {
    byte[] value = database.get(ColumnFamily.META, Keys.LAYOUT);
    if (value == null) {
      if (!database.isEmpty() || !database.foreignFamilies().isEmpty()) {
        throw new StoreUnavailableException("the database does not belong to Parley");
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
