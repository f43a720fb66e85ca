package dev.parley.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * The result of one round of a load.
 *
 * @param perSecond successful calls per second
 * @param latency the latency of these calls in nanoseconds
 * @param failures the number of failed calls by error
 */
record Round(double perSecond, Histogram latency, Map<String, Long> failures) {

  double millis(double percentile) {
    return latency.getValueAtPercentile(percentile) / 1e6;
  }

  long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The round with the median rate. */
  static Round median(List<Round> rounds) {
    List<Round> sorted = new ArrayList<>(rounds);
    sorted.sort(Comparator.comparingDouble(Round::perSecond));
    return sorted.get(sorted.size() / 2);
  }

  static double medianPerSecond(List<Round> rounds) {
    return median(rounds).perSecond();
  }
}
