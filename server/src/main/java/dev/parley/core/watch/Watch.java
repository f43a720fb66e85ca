package dev.parley.core.watch;

import dev.parley.core.read.Chunk;
import dev.parley.core.read.ChunkedRead;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An open watch. Each chunk has one event. The store is read only while the caller waits for an
 * event, so a slow caller is fed from the store and not from a queue.
 *
 * <p>Thread-safe. A chunk completes on the thread of the store, of the notices or of the timer.
 */
final class Watch implements ChunkedRead<WatchEvent> {
  private final WatchSource source;
  private final long heartbeatNanos;
  private final LongAdder reported;
  private final Runnable whenClosed;
  private final Queue<WatchEvent> ready = new ArrayDeque<>();

  private WatchCursor cursor;
  private WatchCursor end;
  private boolean last;
  private boolean changed = true;
  private boolean reading;
  private boolean caughtUp;
  private boolean closed;
  private @Nullable Throwable failure;
  private @Nullable CompletableFuture<Chunk<WatchEvent>> waiting;
  private long lastNanos = System.nanoTime();

  /**
   * Creates a watch.
   *
   * @param opening creates the source, given what it calls after each change until it is closed
   * @param start where the watch starts
   * @param reported counts the events
   * @param whenClosed called once when the watch is closed
   */
  Watch(
      Function<Runnable, WatchSource> opening,
      WatchCursor start,
      Duration heartbeat,
      LongAdder reported,
      Runnable whenClosed) {
    this.reported = reported;
    this.whenClosed = whenClosed;
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
    CompletableFuture<Chunk<WatchEvent>> answered = null;
    Chunk<WatchEvent> chunk = null;
    Throwable failed = null;
    WatchCursor from = null;
    synchronized (this) {
      if (waiting == null || closed) {
        return;
      }
      if (!ready.isEmpty()) {
        answered = waiting;
        chunk = take(ready.remove());
      } else if (failure != null) {
        answered = waiting;
        failed = failure;
        waiting = null;
      } else if (!reading && changed) {
        reading = true;
        changed = false;
        from = cursor;
      }
    }
    if (answered != null) {
      complete(answered, chunk, failed);
    } else if (from != null) {
      read(from);
    }
  }

  private static void complete(
      CompletableFuture<Chunk<WatchEvent>> answered,
      @Nullable Chunk<WatchEvent> chunk,
      @Nullable Throwable failed) {
    if (chunk != null) {
      answered.complete(chunk);
    } else if (failed != null) {
      answered.completeExceptionally(failed);
    }
  }

  private Chunk<WatchEvent> take(WatchEvent event) {
    waiting = null;
    lastNanos = System.nanoTime();
    source.reported(event);
    reported.increment();
    cursor = ready.isEmpty() ? end : event.cursor();
    return new Chunk<>(List.of(event), last && ready.isEmpty());
  }

  private void read(WatchCursor from) {
    var unused =
        source
            .read(from)
            .whenComplete(
                (page, thrown) -> {
                  synchronized (this) {
                    reading = false;
                    if (thrown != null) {
                      failure = thrown.getCause() == null ? thrown : thrown.getCause();
                    } else {
                      add(page);
                    }
                  }
                  proceed();
                });
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
    long left;
    synchronized (this) {
      left = lastNanos + heartbeatNanos - System.nanoTime();
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
      complete(answered, chunk, null);
    }
    return heartbeatNanos;
  }

  /** Ends the watch with an error, after the events that were read. */
  void fail(Throwable thrown) {
    synchronized (this) {
      failure = thrown;
    }
    proceed();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      ready.clear();
    }
    source.close();
    whenClosed.run();
  }
}
