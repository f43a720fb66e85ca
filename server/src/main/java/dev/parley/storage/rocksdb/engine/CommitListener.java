package dev.parley.storage.rocksdb.engine;

/** Receives the sequence number of each commit, on the thread that commits. */
@FunctionalInterface
public interface CommitListener extends AutoCloseable {
  /** A listener that does nothing. */
  CommitListener NONE = sequence -> {};

  /** Called when a commit is on disk, before its callers get their answers. */
  void committed(long sequence);

  /** Called after the database is closed. */
  @Override
  default void close() {}
}
