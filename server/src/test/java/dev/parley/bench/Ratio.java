package dev.parley.bench;

import java.util.List;
import java.util.Optional;

/**
 * How the rate of one side is to that of another.
 *
 * @param of the name of the one
 * @param to the name of the other
 */
record Ratio(String of, String to) {
  /** What the workloads show: how far the server is from each limit. */
  static final List<Ratio> OF_WORKLOADS =
      List.of(
          new Ratio(Sides.GRPC, Sides.GRPC_LIMIT),
          new Ratio(Sides.REST, Sides.REST_LIMIT),
          new Ratio(Sides.GRPC, Sides.STORE),
          new Ratio(Sides.REST, Sides.STORE),
          new Ratio(Sides.REST, Sides.GRPC),
          new Ratio(Sides.GRPC, Sides.REDIS),
          new Ratio(Sides.REST, Sides.REDIS),
          new Ratio(Sides.STORE, Sides.REDIS));

  String title() {
    return of + " / " + to;
  }

  /** Empty if one of them was not measured. */
  Optional<Double> in(List<Measured> sides) {
    return rate(of, sides).flatMap(one -> rate(to, sides).map(other -> one / other));
  }

  private static Optional<Double> rate(String name, List<Measured> sides) {
    return sides.stream()
        .filter(side -> side.side().equals(name))
        .map(Measured::perSecond)
        .findFirst();
  }
}
