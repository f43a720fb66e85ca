package dev.parley.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * The results of a contender.
 *
 * @param closed rounds at full rate
 * @param open a round at half of their median rate, if the contender supports it
 * @param cpuMicros the CPU time of its server per call at full rate in microseconds, if known
 */
record Measured(String side, List<Round> closed, Optional<Round> open, OptionalDouble cpuMicros) {

  /** The median rate. */
  double perSecond() {
    return Round.medianPerSecond(closed);
  }

  double least() {
    return rates().min().orElseThrow();
  }

  double most() {
    return rates().max().orElseThrow();
  }

  private DoubleStream rates() {
    return closed.stream().mapToDouble(Round::perSecond);
  }

  /** The number of failed calls in all rounds. */
  Map<String, Long> failures() {
    Map<String, Long> all = new LinkedHashMap<>();
    closed.forEach(round -> add(round, all));
    open.ifPresent(round -> add(round, all));
    return all;
  }

  private static void add(Round round, Map<String, Long> all) {
    round.failures().forEach((name, count) -> all.merge(name, count, Long::sum));
  }
}
