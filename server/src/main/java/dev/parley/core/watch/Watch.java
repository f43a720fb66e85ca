package dev.parley.core.watch;

import dev.parley.core.read.Chunk;
import dev.parley.core.read.ChunkedRead;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An open watch. Each chunk has messages that fit into {@link #CHUNK_BYTES}, or one event. The
 * store is read only while the caller waits for an event, so a slow caller is fed from the store
 * and not from a queue.
 *
 * <p>Thread-safe. A chunk completes on the thread of the store, of the notices or of the timer.
 */
final class Watch implements ChunkedRead<WatchEvent> {
  /** The largest size of a chunk of several messages, as stored. */
  static final int CHUNK_BYTES = 16 * 1024;

  private final WatchSource source;
  private final long heartbeatNanos;
  private final LongAdder reported;
  private final Runnable whenReleased;
  private final Queue<WatchEvent> ready = new ArrayDeque<>();

  private WatchCursor cursor;
  private WatchCursor end;
  private boolean last;
  private boolean changed = true;
  private boolean reading;
  private boolean caughtUp;
  private boolean closed;
  private boolean released;
  private @Nullable Throwable failure;
  private @Nullable CompletableFuture<Chunk<WatchEvent>> waiting;
  private long lastNanos = System.nanoTime();

  /**
   * Creates a watch.
   *
   * @param opening creates the source, given what it calls after each change until it is closed
   * @param start where the watch starts
   * @param reported counts the events
   * @param whenReleased called once when the watch needs no resources any more
   */
  Watch(
      Function<Runnable, WatchSource> opening,
      WatchCursor start,
      Duration heartbeat,
      LongAdder reported,
      Runnable whenReleased) {
    this.reported = reported;
    this.whenReleased = whenReleased;
    heartbeatNanos = heartbeat.toNanos();
    cursor = start;
    end = start;
    source = opening.apply(this::changed);
  }

  @Override
  public CompletableFuture<Chunk<WatchEvent>> next() {
    CompletableFuture<Chunk<WatchEvent>> result = new CompletableFuture<>();
    synchronized (this) {
      waiting = result;
    }
    proceed();
    return result;
  }

  /** Reads again, because something may have happened. */
  void changed() {
    synchronized (this) {
      changed = true;
    }
    proceed();
  }

  /** Answers the waiting caller if that is possible, or else reads if something has happened. */
  private void proceed() {
    // A loop, because many reads can complete at once and have no events.
    boolean again;
    do {
      again = step();
    } while (again);
  }

  /** Makes one step. Returns whether another one may be possible. */
  private boolean step() {
    CompletableFuture<Chunk<WatchEvent>> answered;
    Chunk<WatchEvent> chunk = null;
    Throwable failed = null;
    WatchCursor from = null;
    synchronized (this) {
      answered = waiting;
      if (answered == null || closed) {
        return false;
      }
      if (!ready.isEmpty()) {
        chunk = take();
      } else if (failure != null) {
        failed = failure;
        waiting = null;
      } else if (!reading && changed) {
        reading = true;
        changed = false;
        from = cursor;
      } else {
        return false;
      }
    }
    if (chunk != null) {
      answered.complete(chunk);
    } else if (failed != null) {
      answered.completeExceptionally(failed);
    } else if (from != null) {
      return read(from);
    }
    return false;
  }

  private Chunk<WatchEvent> take() {
    waiting = null;
    lastNanos = System.nanoTime();
    List<WatchEvent> events = new ArrayList<>();
    WatchEvent event = ready.remove();
    events.add(event);
    long bytes = messageBytes(event);
    while (ready.peek() != null && bytes + messageBytes(ready.element()) <= CHUNK_BYTES) {
      event = ready.remove();
      events.add(event);
      bytes += messageBytes(event);
    }
    events.forEach(source::reported);
    reported.add(events.size());
    cursor = ready.isEmpty() ? end : event.cursor();
    return new Chunk<>(events, last && ready.isEmpty());
  }

  /** The size of the message of an event. Other events have a chunk of their own. */
  private static long messageBytes(WatchEvent event) {
    return event instanceof WatchEvent.Appended appended ? appended.message().bytes() : CHUNK_BYTES;
  }

  /** Reads. Returns whether the read is complete. */
  private boolean read(WatchCursor from) {
    CompletableFuture<WatchPage> page;
    try {
      page = source.read(from);
    } catch (RuntimeException e) {
      page = CompletableFuture.failedFuture(e);
    }
    boolean done = page.isDone();
    var unused =
        page.whenComplete(
            (read, thrown) -> {
              synchronized (this) {
                reading = false;
                if (thrown != null) {
                  failure = thrown.getCause() == null ? thrown : thrown.getCause();
                } else {
                  add(read);
                }
              }
              if (!done) {
                proceed();
              }
            });
    return done;
  }

  private void add(WatchPage page) {
    ready.addAll(page.events());
    end = page.end();
    last = page.last();
    if (ready.isEmpty()) {
      cursor = end;
    }
    if (page.more()) {
      changed = true;
    } else if (!caughtUp && !last) {
      caughtUp = true;
      ready.add(new WatchEvent.CaughtUp(end));
    }
  }

  /**
   * Reports a heartbeat if the watch was silent for long enough, and releases what a caller who
   * does not read has not taken.
   *
   * @return the nanoseconds until the next call
   */
  long beat() {
    CompletableFuture<Chunk<WatchEvent>> answered = null;
    Chunk<WatchEvent> chunk = null;
    synchronized (this) {
      long left = lastNanos + heartbeatNanos - System.nanoTime();
      if (left > 0) {
        return left;
      }
      source.idle();
      if (waiting != null && ready.isEmpty() && !closed && failure == null) {
        answered = waiting;
        waiting = null;
        lastNanos = System.nanoTime();
        chunk = new Chunk<>(List.of(new WatchEvent.Heartbeat(cursor)), false);
      } else if (waiting == null && !reading && !last) {
        caughtUp &= ready.stream().noneMatch(WatchEvent.CaughtUp.class::isInstance);
        ready.clear();
        end = cursor;
        changed = true;
      }
    }
    if (answered != null) {
      answered.complete(chunk);
    }
    return heartbeatNanos;
  }

  /** Ends the watch with an error. A caller who does not wait is told when it asks again. */
  void fail(Throwable thrown) {
    boolean release;
    synchronized (this) {
      failure = thrown;
      release = waiting == null;
      if (release) {
        ready.clear();
      }
    }
    if (release) {
      release();
    } else {
      proceed();
    }
  }

  private void release() {
    synchronized (this) {
      if (released) {
        return;
      }
      released = true;
    }
    source.close();
    whenReleased.run();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      ready.clear();
    }
    release();
  }
}
