package dev.parley.bench;

import java.util.Optional;

/** A contender that this process calls. */
record CallContender(String name, Call call) implements Contender {
  /** Large enough that a stall of one second shows in the times at every rate reached here. */
  private static final int OPEN_MAX = 20_000;

  @Override
  public Round closed(int callers, double seconds) {
    return new ClosedLoad(callers, call).run(seconds);
  }

  @Override
  public Optional<Round> open(double perSecond, double seconds) {
    return Optional.of(new OpenLoad(perSecond, OPEN_MAX, call).run(seconds));
  }
}
