package dev.parley.storage.live;

/** A watcher that is called after changes until it is closed. */
public interface NoticeRegistration extends AutoCloseable {
  /** Removes the watcher. A call that has started still ends. Repeated calls have no effect. */
  @Override
  void close();
}
