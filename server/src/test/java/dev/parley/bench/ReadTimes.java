package dev.parley.bench;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The times of one kind of read in two stores that take turns.
 *
 * @param name the name of the read
 */
record ReadTimes(String name, Histogram small, Histogram large) {
  private static final int DIGITS = 3;

  /** Makes the given number of calls to each store, after half as many calls of warm-up. */
  static List<ReadTimes> compare(StoreReads small, StoreReads large, int calls) {
    List<ReadTimes> all = new ArrayList<>();
    for (int i = 0; i < small.all().size(); i++) {
      StoreReads.Named ofSmall = small.all().get(i);
      StoreReads.Named ofLarge = large.all().get(i);
      ReadTimes times = new ReadTimes(ofSmall.name(), new Histogram(DIGITS), new Histogram(DIGITS));
      for (int call = -calls / 2; call < calls; call++) {
        // The stores take turns in being first, so that the order favours none.
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

  double smallMillis(double percentile) {
    return small.getValueAtPercentile(percentile) / 1e6;
  }

  double largeMillis(double percentile) {
    return large.getValueAtPercentile(percentile) / 1e6;
  }
}
