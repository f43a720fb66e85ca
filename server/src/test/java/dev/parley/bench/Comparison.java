package dev.parley.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Compares contenders. Each is warmed up, and then they take turns, so that other load on the
 * machine affects all of them.
 *
 * @param warmUp seconds of warm-up per contender
 * @param rounds the number of rounds
 * @param seconds the duration of a round
 */
record Comparison(double warmUp, int rounds, double seconds) {

  List<Measured> of(int callers, List<Contender> sides) {
    List<List<Round>> closed = new ArrayList<>();
    for (Contender side : sides) {
      side.closed(callers, warmUp);
      closed.add(new ArrayList<>());
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < sides.size(); i++) {
        closed.get(i).add(sides.get(i).closed(callers, seconds));
      }
    }
    List<Measured> all = new ArrayList<>();
    for (int i = 0; i < sides.size(); i++) {
      Contender side = sides.get(i);
      double half = Round.medianPerSecond(closed.get(i)) / 2;
      all.add(new Measured(side.name(), closed.get(i), side.open(half, seconds)));
    }
    return all;
  }
}
