package dev.parley.storage.rocksdb;

import dev.parley.model.SessionException;
import dev.parley.storage.commit.Lane;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;

/** Commits what the lane hands over: as one batch, or as several where a batch is full before. */
final class Commits implements Lane.Committer<Write<?>> {
  private final Database database;

  Commits(Database database) {
    this.database = database;
  }

  @Override
  public void commit(List<Write<?>> writes) {
    Batch batch = new Batch(database);
    List<Write<?>> run = new ArrayList<>(writes.size());
    for (Write<?> write : writes) {
      write.run(batch);
      run.add(write);
      if (batch.isFull()) {
        commit(batch, run);
        batch = new Batch(database);
        run.clear();
      }
    }
    commit(batch, run);
  }

  private static void commit(Batch batch, List<Write<?>> writes) {
    try {
      batch.commit();
    } catch (RocksDBException e) {
      SessionException unavailable = Database.unavailable("A commit failed.", e);
      writes.forEach(write -> write.fail(unavailable));
      return;
    }
    writes.forEach(Write::settle);
  }
}
