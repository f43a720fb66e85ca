package dev.parley.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Callers that each make one call after the other: what they reach together is the rate that can be
 * had. What they wait says little, as a slow answer keeps its caller from asking: see {@link
 * OpenLoad}.
 */
final class ClosedLoad {
  private final int callers;
  private final Call call;

  ClosedLoad(int callers, Call call) {
    this.callers = callers;
    this.call = call;
  }

  /** Makes calls for some seconds. */
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

    /** Makes calls until one is not answered at once, whose answer goes on from here. */
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
