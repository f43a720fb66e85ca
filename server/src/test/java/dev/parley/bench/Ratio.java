package dev.parley.bench;

import java.util.List;
import java.util.Optional;

/**
 * The ratio of the rates of two contenders.
 *
 * @param of the name of the contender in the numerator
 * @param to the name of the contender in the denominator
 */
record Ratio(String of, String to) {
  /** The ratios of the server to each limit. */
  static final List<Ratio> OF_WORKLOADS =
      List.of(
          new Ratio(Contenders.GRPC, Contenders.GRPC_LIMIT),
          new Ratio(Contenders.REST, Contenders.REST_LIMIT),
          new Ratio(Contenders.GRPC, Contenders.STORE),
          new Ratio(Contenders.REST, Contenders.STORE),
          new Ratio(Contenders.REST, Contenders.GRPC),
          new Ratio(Contenders.GRPC, Contenders.REDIS),
          new Ratio(Contenders.REST, Contenders.REDIS),
          new Ratio(Contenders.STORE, Contenders.REDIS));

  String title() {
    return of + " / " + to;
  }

  /** Empty if one of the contenders was not measured. */
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
