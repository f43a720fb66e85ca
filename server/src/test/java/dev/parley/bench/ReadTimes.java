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
        long first = nanos(ofSmall.call());
        long second = nanos(ofLarge.call());
        if (call >= 0) {
          times.small.recordValue(first);
          times.large.recordValue(second);
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
