package dev.parley.bench;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * How long one and the same read takes in each of two stores, asked by turns.
 *
 * @param name what is read
 */
record ReadTimes(String name, Histogram small, Histogram large) {
  private static final int DIGITS = 3;

  /** Asks each so many times, after half as many that do not count. */
  static List<ReadTimes> compare(StoreReads small, StoreReads large, int calls) {
    List<ReadTimes> all = new ArrayList<>();
    for (int i = 0; i < small.all().size(); i++) {
      StoreReads.Named ofSmall = small.all().get(i);
      StoreReads.Named ofLarge = large.all().get(i);
      ReadTimes times = new ReadTimes(ofSmall.name(), new Histogram(DIGITS), new Histogram(DIGITS));
      for (int call = -calls / 2; call < calls; call++) {
        // By turns, so that the order favours neither.
        boolean smallFirst = call % 2 == 0;
        long first = nanos(smallFirst ? ofSmall.call() : ofLarge.call());
        long second = nanos(smallFirst ? ofLarge.call() : ofSmall.call());
        if (call >= 0) {
          times.small.recordValue(smallFirst ? first : second);
          times.large.recordValue(smallFirst ? second : first);
        }
      }
      all.add(times);
    }
    return all;
  }

  private static long nanos(Runnable call) {
    long begin = System.nanoTime();
    call.run();
    return System.nanoTime() - begin;
  }

  double smallMillis() {
    return small.getValueAtPercentile(50) / 1e6;
  }

  double largeMillis() {
    return large.getValueAtPercentile(50) / 1e6;
  }
}
