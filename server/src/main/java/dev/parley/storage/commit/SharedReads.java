package dev.parley.storage.commit;

import dev.parley.storage.Cancellation;
import dev.parley.storage.CancellationSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Answers equal reads that wait for a thread with one read. A read that has begun is not shared
 * with later callers, because it may miss a write that was answered before their calls. So of many
 * equal reads, at most one waits.
 */
public final class SharedReads {
  private final Map<Object, SharedRead<?>> waiting = new HashMap<>();

  /**
   * Starts a read on another thread.
   *
   * @param <T> the type of the result
   */
  @FunctionalInterface
  public interface Start<T extends @Nullable Object> {
    /**
     * Starts the read.
     *
     * @param cancellation fires when all callers have cancelled
     * @param begin must run before the read sees any data; from then on, equal reads are not joined
     */
    CompletableFuture<T> start(Cancellation cancellation, Runnable begin);
  }

  /** A caller that waits. It lets go of its future at the end: its cancellation may live on. */
  private static final class Caller<T extends @Nullable Object> {
    private final Cancellation cancellation;
    private @Nullable CompletableFuture<T> future;

    Caller(Cancellation cancellation, CompletableFuture<T> future) {
      this.cancellation = cancellation;
      this.future = future;
    }

    /** Releases the future. Returns null if it was released before. */
    @Nullable CompletableFuture<T> release() {
      CompletableFuture<T> released = future;
      future = null;
      return released;
    }
  }

  /** A read and its callers. It is cancelled when all of them have cancelled. */
  private static final class SharedRead<T extends @Nullable Object> implements Cancellation {
    private final CancellationSource left = new CancellationSource();
    private List<Caller<T>> callers = new ArrayList<>(1);
    private int waitingCallers;

    /** The callers once no more can join; before that, others may still want the result. */
    private volatile @Nullable List<Caller<T>> allCallers;

    @Override
    public boolean isCancelled() {
      List<Caller<T>> all = allCallers;
      return left.isCancelled()
          || (all != null && all.stream().allMatch(caller -> caller.cancellation.isCancelled()));
    }

    @Override
    public void whenCancelled(Runnable action) {
      left.whenCancelled(action);
    }
  }

  /**
   * Joins an equal read that waits, or starts one.
   *
   * @param query what is read; equal objects have the same answer
   * @param cancellation ends the wait of this caller; the read ends when all callers have cancelled
   */
  public <T extends @Nullable Object> CompletableFuture<T> read(
      Object query, Cancellation cancellation, Start<T> start) {
    if (cancellation.isCancelled()) {
      return CompletableFuture.failedFuture(Cancellation.exception());
    }
    CompletableFuture<T> future = new CompletableFuture<>();
    Caller<T> caller = new Caller<>(cancellation, future);
    SharedRead<T> read;
    boolean isNew;
    synchronized (waiting) {
      read = waiting(query);
      isNew = read.callers.isEmpty();
      read.callers.add(caller);
      read.waitingCallers++;
    }
    if (isNew) {
      start(query, read, start);
    }
    cancellation.whenCancelled(() -> leave(query, read, caller));
    return future;
  }

  /** The read that waits, or a new one. */
  @SuppressWarnings("unchecked") // Equal queries have results of the same type.
  private <T extends @Nullable Object> SharedRead<T> waiting(Object query) {
    return (SharedRead<T>) waiting.computeIfAbsent(query, any -> new SharedRead<T>());
  }

  private <T extends @Nullable Object> void start(
      Object query, SharedRead<T> read, Start<T> start) {
    CompletableFuture<T> result;
    try {
      result = start.start(read, () -> close(query, read));
    } catch (Throwable e) {
      // Otherwise, later callers would join a read that never ends.
      result = CompletableFuture.failedFuture(e);
    }
    var unused = result.whenComplete((value, failure) -> complete(query, read, value, failure));
  }

  /** Keeps further callers from joining. */
  private <T extends @Nullable Object> void close(Object query, SharedRead<T> read) {
    synchronized (waiting) {
      waiting.remove(query, read);
      read.allCallers = List.copyOf(read.callers);
    }
  }

  private <T extends @Nullable Object> void complete(
      Object query, SharedRead<T> read, T result, @Nullable Throwable failure) {
    List<CompletableFuture<T>> futures;
    synchronized (waiting) {
      waiting.remove(query, read);
      futures = read.callers.stream().map(Caller::release).filter(Objects::nonNull).toList();
      read.callers = List.of();
      read.allCallers = null;
    }
    for (CompletableFuture<T> future : futures) {
      if (failure == null) {
        future.complete(result);
      } else {
        future.completeExceptionally(failure);
      }
    }
  }

  private <T extends @Nullable Object> void leave(
      Object query, SharedRead<T> read, Caller<T> caller) {
    CompletableFuture<T> future;
    boolean last;
    synchronized (waiting) {
      future = caller.release();
      if (future == null) {
        return;
      }
      read.waitingCallers--;
      last = read.waitingCallers == 0;
      if (last) {
        waiting.remove(query, read);
      }
    }
    future.completeExceptionally(Cancellation.exception());
    if (last) {
      read.left.cancel();
    }
  }
}
