package dev.parley.bench;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Limits the number of concurrent calls. Further calls wait in the order of their arrival. */
final class AlternatingRounds {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int free;

  AlternatingRounds(int max) {
    free = max;
  }

  <T> CompletableFuture<T> call(Supplier<CompletableFuture<T>> call) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    enter(
        () ->
            call.get()
                .whenComplete(
                    (value, failure) -> {
                      leave();
                      if (failure == null) {
                        answer.complete(value);
                      } else {
                        answer.completeExceptionally(failure);
                      }
                    }));
    return answer;
  }

  private void enter(Runnable call) {
    synchronized (waiting) {
      if (free == 0) {
        waiting.add(call);
        return;
      }
      free--;
    }
    call.run();
  }

  private void leave() {
    Runnable next;
    synchronized (waiting) {
      next = waiting.poll();
      if (next == null) {
        free++;
        return;
      }
    }
    next.run();
  }
}
