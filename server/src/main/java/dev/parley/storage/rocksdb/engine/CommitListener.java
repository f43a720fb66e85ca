package dev.parley.storage.rocksdb.engine;

/** Receives what the database has written to disk. */
@FunctionalInterface
public interface CommitListener extends AutoCloseable {
  /** A listener that does nothing. */
  CommitListener NONE = sequence -> {};

  /**
   * Called when a commit is on disk, before its callers get their answers, on the thread that
   * commits.
   */
  void committed(long sequence);

  /**
   * Called when the manifest, which lists the tables, has changed on disk, before the files that
   * the change replaced are deleted. Threads of RocksDB call this, several at once.
   *
   * @param manifest the name of the file
   * @param bytes its length
   */
  default void manifestChanged(String manifest, long bytes) {}

  /** Called after the database is closed. */
  @Override
  default void close() {}
}
