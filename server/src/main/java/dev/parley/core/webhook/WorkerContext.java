package dev.parley.core.webhook;

import dev.parley.core.watch.Watches;
import dev.parley.storage.rules.Micros;
import dev.parley.storage.webhook.WebhookStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all workers of a server use.
 *
 * @param executor runs the workers; it has one thread
 */
record WorkerContext(
    WebhookStore store,
    Watches watches,
    Delivery delivery,
    WebhookPayloads payloads,
    RetryRules rules,
    WebhookMetrics metrics,
    ScheduledExecutorService executor,
    Clock clock) {
  private static final Logger log = LoggerFactory.getLogger(WorkerContext.class);

  /** The present time, with the resolution of stores. */
  Instant now() {
    return Micros.truncate(clock.instant());
  }

  /** Handles a result on the thread of the workers, unless the server stops before. */
  <T> void whenDone(
      CompletableFuture<T> future, BiConsumer<@Nullable T, @Nullable Throwable> handler) {
    var unused =
        future.whenCompleteAsync(
            (result, failure) -> guard(() -> handler.accept(result, failure)), executor);
  }

  private static void guard(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      log.error("Delivering events of webhooks failed.", e);
    }
  }

  /** Runs a task on the thread of the workers, unless the server stops before. */
  void schedule(Runnable task, Duration delay) {
    try {
      var unused = executor.schedule(() -> guard(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("The server is stopping.");
    }
  }
}
