package dev.parley.storage.commit;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.Cancellation;
import dev.parley.storage.CancellationSource;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/**
 * The open snapshots of a store, and the threads that read them.
 *
 * <p>The pool has its own threads, so that single reads do not wait for long lists.
 *
 * @param <R> the resource of a snapshot, such as a connection
 */
public final class SnapshotPool<R> implements AutoCloseable {
  private static final String READER_QUEUE = "parley-list-reader";

  private final Source<R> source;
  private final Workers workers;
  private final int waitingMax;

  private final Object lock = new Object();
  private final Map<CompletableFuture<Handle>, Cancellation> waiting = new LinkedHashMap<>();
  private final Set<Handle> open = new HashSet<>();
  private int free;
  private boolean closed;

  /**
   * Opens and releases the resources of snapshots. Both methods may block.
   *
   * @param <R> the type of the resource
   */
  public interface Source<R> {
    /** Opens a snapshot of the present state. Its reads end when {@code cancellation} fires. */
    R open(Cancellation cancellation) throws Exception;

    /** Releases the resource. Never throws. */
    void release(R resource);
  }

  /**
   * One read of a snapshot.
   *
   * @param <R> the type of the resource
   * @param <T> the type of the result
   */
  @FunctionalInterface
  public interface Body<R, T> {
    T read(R resource) throws Exception;
  }

  /**
   * Starts the threads.
   *
   * @param threads how many threads, at least 1
   * @param openMax how many snapshots may be open at once, at least 1
   * @param waitingMax how many calls may wait for a snapshot, and how many reads may wait for a
   *     thread
   */
  public SnapshotPool(
      Source<R> source, int threads, int openMax, int waitingMax, StoreObserver observer) {
    this.source = source;
    this.waitingMax = waitingMax;
    free = openMax;
    workers = new Workers(READER_QUEUE, threads, waitingMax, Workers.OnClose.FAIL_QUEUED, observer);
    observer.gauge(
        "store.snapshots", "", "The number of open snapshots of the store.", this::openCount);
    observer.gauge(
        "store.snapshots.waiting",
        "",
        "The number of calls that wait for a free snapshot of the store.",
        this::waitingCount);
  }

  private long openCount() {
    synchronized (lock) {
      return open.size();
    }
  }

  private long waitingCount() {
    synchronized (lock) {
      return waiting.size();
    }
  }

  /**
   * Opens a snapshot. If the maximum number is open, the call waits until one is closed. Fails at
   * once with {@code OVERLOADED} if too many calls wait, and with {@code UNAVAILABLE} if the pool
   * is closed. Never blocks.
   *
   * @param cancellation cancels a waiting call, and closes the snapshot
   */
  public CompletableFuture<Handle> open(Cancellation cancellation) {
    if (cancellation.isCancelled()) {
      return CompletableFuture.failedFuture(Cancellation.exception());
    }
    CompletableFuture<Handle> future = new CompletableFuture<>();
    boolean starts;
    synchronized (lock) {
      starts = free > 0;
      if (closed) {
        return CompletableFuture.failedFuture(storeClosed());
      } else if (starts) {
        free--;
      } else if (waiting.size() < waitingMax) {
        waiting.put(future, cancellation);
      } else {
        return CompletableFuture.failedFuture(
            new SessionException(ErrorReason.OVERLOADED, "Too many calls are waiting."));
      }
    }
    if (starts) {
      start(future, cancellation);
    } else {
      cancellation.whenCancelled(() -> drop(future));
    }
    return future;
  }

  private void drop(CompletableFuture<Handle> future) {
    boolean waited;
    synchronized (lock) {
      waited = waiting.remove(future) != null;
    }
    if (waited) {
      future.completeExceptionally(Cancellation.exception());
    }
  }

  private void start(CompletableFuture<Handle> future, Cancellation cancellation) {
    var unused =
        workers
            .run(cancellation, () -> opened(cancellation))
            .whenComplete(
                (handle, failure) -> {
                  if (failure == null) {
                    future.complete(handle);
                  } else {
                    startNext();
                    future.completeExceptionally(failure);
                  }
                });
  }

  private Handle opened(Cancellation cancellation) throws Exception {
    Handle handle = new Handle(source.open(cancellation));
    synchronized (lock) {
      open.add(handle);
    }
    cancellation.whenCancelled(handle::close);
    return handle;
  }

  /** Starts the call that has waited longest, or frees the slot. */
  private void startNext() {
    CompletableFuture<Handle> next;
    Cancellation cancellation;
    synchronized (lock) {
      Iterator<Map.Entry<CompletableFuture<Handle>, Cancellation>> first =
          waiting.entrySet().iterator();
      if (!first.hasNext()) {
        free++;
        return;
      }
      Map.Entry<CompletableFuture<Handle>, Cancellation> entry = first.next();
      next = entry.getKey();
      cancellation = entry.getValue();
      first.remove();
    }
    start(next, cancellation);
  }

  private static SessionException storeClosed() {
    return new SessionException(ErrorReason.UNAVAILABLE, "The store is closed.");
  }

  /**
   * Rejects new snapshots and reads, fails waiting calls, waits for running reads, and releases all
   * snapshots. Blocks until done.
   */
  @Override
  public void close() {
    List<CompletableFuture<Handle>> dropped;
    synchronized (lock) {
      closed = true;
      dropped = List.copyOf(waiting.keySet());
      waiting.clear();
    }
    dropped.forEach(future -> future.completeExceptionally(storeClosed()));
    workers.close();
    List<Handle> left;
    synchronized (lock) {
      left = List.copyOf(open);
    }
    left.forEach(Handle::close);
    awaitReleases();
  }

  /**
   * Waits for other threads that release snapshots now, because they use resources that the caller
   * closes next.
   */
  private void awaitReleases() {
    boolean interrupted = false;
    synchronized (lock) {
      while (!open.isEmpty()) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** An open snapshot. Runs one read at a time. */
  public final class Handle implements AutoCloseable {
    private final R resource;
    private CompletableFuture<?> latest = CompletableFuture.completedFuture(null);
    private CancellationSource drop = new CancellationSource();
    private boolean running;
    private boolean ended;

    private Handle(R resource) {
      this.resource = resource;
    }

    /** Reads on one of the threads. Fails as {@link dev.parley.storage.StoreSnapshot} describes. */
    public <T> CompletableFuture<T> read(Body<R, T> body) {
      synchronized (lock) {
        if (ended) {
          return CompletableFuture.failedFuture(
              closed ? storeClosed() : new CancellationException("The snapshot is closed."));
        }
        if (!latest.isDone()) {
          return CompletableFuture.failedFuture(
              new IllegalStateException("A snapshot runs one read at a time."));
        }
        drop = new CancellationSource();
        CompletableFuture<T> future = workers.run(drop, () -> run(body));
        latest = future;
        return future;
      }
    }

    private <T> T run(Body<R, T> body) throws Exception {
      synchronized (lock) {
        if (ended) {
          throw Cancellation.exception();
        }
        running = true;
      }
      try {
        return body.read(resource);
      } finally {
        boolean last;
        synchronized (lock) {
          running = false;
          last = ended;
        }
        if (last) {
          release();
        }
      }
    }

    /**
     * Closes the snapshot. If a read is running, the resource is released when the read ends. Never
     * blocks.
     */
    @Override
    public void close() {
      CancellationSource waitingRead;
      boolean idle;
      synchronized (lock) {
        if (ended) {
          return;
        }
        ended = true;
        idle = !running;
        waitingRead = drop;
      }
      waitingRead.cancel();
      if (idle) {
        var unused =
            workers
                .run(
                    () -> {
                      release();
                      return true;
                    })
                .exceptionally(
                    rejected -> {
                      release();
                      return true;
                    });
      }
    }

    private void release() {
      source.release(resource);
      synchronized (lock) {
        open.remove(this);
        lock.notifyAll();
      }
      startNext();
    }
  }
}
