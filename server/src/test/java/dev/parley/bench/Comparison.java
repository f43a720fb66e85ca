package dev.parley.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Compares contenders. Each is warmed up, and then they take turns, so that other load on the
 * machine affects all of them.
 *
 * @param warmUp seconds of warm-up per contender
 * @param rounds the number of rounds
 * @param seconds the duration of a round
 */
record Comparison(double warmUp, int rounds, double seconds) {

  /** A contender, and what it has reached so far. */
  private static final class Turns {
    private final Contender side;
    private final List<Round> closed = new ArrayList<>();
    private double cpuMicros;
    private double calls;

    Turns(Contender side) {
      this.side = side;
    }

    void take(int callers, double seconds) {
      OptionalDouble before = side.cpuMicros();
      Round round = side.closed(callers, seconds);
      closed.add(round);
      side.cpuMicros().ifPresent(after -> cpuMicros += after - before.orElse(after));
      calls += round.perSecond() * seconds;
    }

    Measured measured(double seconds) {
      double half = Round.medianPerSecond(closed) / 2;
      OptionalDouble cpuMicrosPerCall =
          cpuMicros > 0 ? OptionalDouble.of(cpuMicros / calls) : OptionalDouble.empty();
      return new Measured(side.name(), closed, side.open(half, seconds), cpuMicrosPerCall);
    }
  }

  List<Measured> of(int callers, List<Contender> sides) {
    List<Turns> all = sides.stream().map(Turns::new).toList();
    sides.forEach(side -> side.closed(callers, warmUp));
    for (int round = 0; round < rounds; round++) {
      all.forEach(turns -> turns.take(callers, seconds));
    }
    return all.stream().map(turns -> turns.measured(seconds)).toList();
  }
}
