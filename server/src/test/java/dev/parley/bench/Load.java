package dev.parley.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** Callers that each make one call after the other. */
final class Load {
  private final int callers;
  private final Supplier<CompletableFuture<?>> call;

  Load(int callers, Supplier<CompletableFuture<?>> call) {
    this.callers = callers;
    this.call = call;
  }

  /**
   * What a round came to.
   *
   * @param perSecond calls a second
   * @param p50Micros half of them took longer, in microseconds
   * @param p99Micros one in a hundred took longer
   */
  record Round(double perSecond, long p50Micros, long p99Micros) {}

  /** Makes calls for some seconds; each has to succeed. */
  Round run(int seconds) {
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    List<Caller> all = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      all.add(new Caller(end));
    }
    all.forEach(Caller::next);
    all.forEach(caller -> caller.done.join());
    double took = (System.nanoTime() - start) / 1e9;
    long[] micros =
        all.stream().flatMap(caller -> caller.micros.stream()).mapToLong(Long::longValue).toArray();
    Arrays.sort(micros);
    return new Round(
        micros.length / took, micros[micros.length / 2], micros[(int) (micros.length * 0.99)]);
  }

  private final class Caller {
    private final long end;
    private final ConcurrentLinkedQueue<Long> micros = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    Caller(long end) {
      this.end = end;
    }

    void next() {
      long start = System.nanoTime();
      if (start >= end) {
        done.complete(null);
        return;
      }
      call.get()
          .whenComplete(
              (answer, failure) -> {
                if (failure != null) {
                  done.completeExceptionally(failure);
                  return;
                }
                micros.add((System.nanoTime() - start) / 1_000);
                next();
              });
    }
  }
}
