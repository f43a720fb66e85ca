package dev.parley.storage.rocksdb;

import dev.parley.storage.commit.Workers;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The threads that read, and the reads that wait for one. */
final class Readers implements AutoCloseable {
  private final Database database;
  private final Workers workers;

  Readers(Database database, int threads, int waitingMax) {
    this.database = database;
    workers = new Workers("parley-reader", threads, waitingMax);
  }

  /** Runs {@code body} on one state of the database, or fails at once if too many wait. */
  <T> CompletableFuture<T> read(Function<View, T> body) {
    return workers.run(
        () -> {
          try (View view = database.view()) {
            return body.apply(view);
          }
        });
  }

  /** Refuses what comes, and finishes what waits. Blocks until done. */
  @Override
  public void close() {
    workers.close();
  }
}
