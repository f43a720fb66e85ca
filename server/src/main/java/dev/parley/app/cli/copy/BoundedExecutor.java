package dev.parley.app.cli.copy;

import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Runs a bounded number of tasks on several threads. Results are handed over on the thread of the
 * caller, in the order in which the tasks were submitted.
 *
 * @param <T> the type of results
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
  private final ArrayDeque<Future<T>> running = new ArrayDeque<>();
  private final int limit;
  private final Consumer<T> taker;

  BoundedExecutor(int limit, Consumer<T> taker) {
    this.limit = limit;
    this.taker = taker;
  }

  /** Submits a task. Blocks while too many tasks are running. */
  void submit(Callable<T> work) {
    while (running.size() >= limit) {
      takeOldest();
    }
    running.add(threads.submit(work));
  }

  /** Waits for all tasks. */
  void finish() {
    while (!running.isEmpty()) {
      takeOldest();
    }
  }

  private void takeOldest() {
    taker.accept(FutureResults.ofWork(running.remove()));
  }

  /** Interrupts running tasks. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
