package dev.parley.app.cli.copy;

import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Threads that work at once. FutureResults are taken in the order in which the work was given, by
 * who gives it; so much is under way at most.
 *
 * @param <T> the answers
 */
final class BoundedExecutor<T> implements AutoCloseable {
  private static final int THREADS = 4;

  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "parley-copy");
            thread.setDaemon(true);
            return thread;
          });
  private final ArrayDeque<Future<T>> underWay = new ArrayDeque<>();
  private final int most;
  private final Consumer<T> taker;

  BoundedExecutor(int most, Consumer<T> taker) {
    this.most = most;
    this.taker = taker;
  }

  /** Gives work, once there is room for it. */
  void give(Callable<T> work) {
    while (underWay.size() >= most) {
      takeOldest();
    }
    underWay.add(threads.submit(work));
  }

  /** Waits for all that is under way. */
  void finish() {
    while (!underWay.isEmpty()) {
      takeOldest();
    }
  }

  private void takeOldest() {
    taker.accept(FutureResults.ofWork(underWay.remove()));
  }

  /** Gives up what is under way; a store that is closed then finishes what it has begun. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
