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
 * The open snapshots of a store, and the threads that read them: a lane of their own, so that
 * single reads do not wait for long lists.
 *
 * @param <R> what a snapshot holds of the engine
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
   * Opens and releases what snapshots hold. Both may block.
   *
   * @param <R> what a snapshot holds
   */
  public interface Source<R> {
    /** Opens a snapshot of the present state, whose reads end when {@code cancellation} fires. */
    R open(Cancellation cancellation) throws Exception;

    /** Releases it. Does not throw. */
    void release(R resource);
  }

  /**
   * One read of a snapshot.
   *
   * @param <R> what the snapshot holds
   * @param <T> the result
   */
  @FunctionalInterface
  public interface Body<R, T> {
    T read(R resource) throws Exception;
  }

  /**
   * Starts the threads.
   *
   * @param threads how many, at least 1
   * @param openMax how many snapshots may be open at once, at least 1
   * @param waitingMax how many callers may wait for a snapshot, and how many reads for a thread
   */
  public SnapshotPool(
      Source<R> source, int threads, int openMax, int waitingMax, StoreObserver observer) {
    this.source = source;
    this.waitingMax = waitingMax;
    free = openMax;
    workers = new Workers(READER_QUEUE, threads, waitingMax, Workers.OnClose.FAIL_QUEUED, observer);
    observer.gauge(
        "store.snapshots", "", "How many snapshots of the store are open.", this::openCount);
    observer.gauge(
        "store.snapshots.waiting",
        "",
        "How many calls wait until another call closes its snapshot of the store.",
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
   * Opens a snapshot. If as many as allowed are open, the call waits until one is closed. Fails at
   * once with {@code OVERLOADED} if too many calls wait, with {@code UNAVAILABLE} if this is
   * closed. Never blocks.
   *
   * @param cancellation drops the call if it waits, and closes the snapshot
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
            new SessionException(ErrorReason.OVERLOADED, "Too many calls wait."));
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

  /** Gives the place of a snapshot to the call that has waited longest. */
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
   * Rejects new snapshots and reads, fails those that wait, waits for the reads that run, and
   * releases all snapshots. Blocks until done.
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

  /** Another thread may release a snapshot just now: what that uses must not be closed under it. */
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

    /** Reads on one of the threads; fails as {@link dev.parley.storage.StoreSnapshot} says. */
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

    /** Releases the snapshot; while a read runs, when that read ends. Never blocks. */
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
