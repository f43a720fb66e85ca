package dev.parley.bench;

import java.util.Optional;
import java.util.OptionalDouble;

/** A contender in a workload. */
interface Contender {
  String name();

  /** Measures the rate that callers reach if each makes one call after the other. */
  Round closed(int callers, double seconds);

  /** Measures the latency of calls at a given rate. Empty if this contender does not support it. */
  Optional<Round> open(double perSecond, double seconds);

  /** The CPU time that its server has used so far, in microseconds. Empty if it is not known. */
  default OptionalDouble cpuMicros() {
    return OptionalDouble.empty();
  }
}
