package dev.parley.bench;

import java.util.Optional;

/** One of those that are compared in a workload. */
interface Contender {
  String name();

  /** Callers that each make one call after the other; what they reach counts. */
  Round closed(int callers, double seconds);

  /** Calls at a given rate; what they wait counts. Empty if that cannot be had of this side. */
  Optional<Round> open(double perSecond, double seconds);
}
