package dev.parley.app.cli.copy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Waits for the results of futures and rethrows their failures. */
final class FutureResults {
  private FutureResults() {}

  static <T> T of(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw unwrapped(e.getCause(), e);
    }
  }

  static <T> T ofWork(Future<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw unwrapped(e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static RuntimeException unwrapped(@Nullable Throwable cause, Exception wrapper) {
    return cause instanceof RuntimeException thrown ? thrown : new IllegalStateException(wrapper);
  }
}
