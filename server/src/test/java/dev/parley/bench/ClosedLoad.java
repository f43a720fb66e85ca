package dev.parley.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Callers that each make one call after the other. Their total rate is the capacity of the server.
 * Their latency means little, because a slow answer delays the next call of its caller; {@link
 * OpenLoad} measures latency.
 */
final class ClosedLoad {
  private final int callers;
  private final Call call;

  ClosedLoad(int callers, Call call) {
    this.callers = callers;
    this.call = call;
  }

  /** Makes calls for the given number of seconds. */
  Round run(double seconds) {
    Tally tally = new Tally();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    List<Caller> all = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      all.add(new Caller(tally, end));
    }
    all.forEach(Caller::next);
    all.forEach(caller -> caller.done.join());
    return tally.round();
  }

  private final class Caller {
    private final Tally tally;
    private final long end;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    Caller(Tally tally, long end) {
      this.tally = tally;
      this.end = end;
    }

    /** Makes calls until one is not answered immediately. Its completion continues the loop. */
    void next() {
      while (true) {
        long begin = System.nanoTime();
        if (begin >= end) {
          done.complete(null);
          return;
        }
        CompletableFuture<?> answer = call.make();
        if (!answer.isDone()) {
          var unused =
              answer.whenComplete(
                  (value, failure) -> {
                    tally.count(begin, failure);
                    next();
                  });
          return;
        }
        tally.count(begin, answer.isCompletedExceptionally() ? failure(answer) : null);
      }
    }
  }

  private static Throwable failure(CompletableFuture<?> failed) {
    try {
      failed.join();
      throw new IllegalStateException("It did not fail.");
    } catch (RuntimeException e) {
      return e;
    }
  }
}
