package dev.parley.core.watch;

import java.util.concurrent.CompletableFuture;

/**
 * Reads the events of one watch from the store. Its methods must not be called concurrently. The
 * caller closes it.
 */
public interface WatchSource extends AutoCloseable {
  /** The most events of a page. */
  int EVENTS_MAX = 64;

  /** A page ends before the message that makes it larger than this, in bytes. */
  long BYTES_MAX = 64 * 1024;

  /** Reads the events after a place. The page is empty if nothing has happened since. */
  CompletableFuture<WatchPage> read(WatchCursor after);

  /** Takes note that an event of a page was reported. */
  void reported(WatchEvent event);

  /** Releases what can be read again. */
  void idle();

  @Override
  void close();
}
