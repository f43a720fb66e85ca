package dev.parley.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * How sides are compared: warmed up one after the other, then by turns, so that what the machine
 * does beside it meets them all.
 *
 * @param warmUp seconds a side
 * @param rounds how many
 * @param seconds a round
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
