package dev.parley.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What one round of a load came to.
 *
 * @param perSecond calls that succeeded, a second
 * @param latency how long these took, in nanoseconds
 * @param failures how many did not, by what they said
 */
record Round(double perSecond, Histogram latency, Map<String, Long> failures) {

  double millis(double percentile) {
    return latency.getValueAtPercentile(percentile) / 1e6;
  }

  long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The round in the middle by its rate. */
  static Round median(List<Round> rounds) {
    List<Round> sorted = new ArrayList<>(rounds);
    sorted.sort(Comparator.comparingDouble(Round::perSecond));
    return sorted.get(sorted.size() / 2);
  }

  static double medianPerSecond(List<Round> rounds) {
    return median(rounds).perSecond();
  }
}
