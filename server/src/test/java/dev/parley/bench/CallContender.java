package dev.parley.bench;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * A contender that this process calls.
 *
 * @param cpu the CPU time that its server has used so far, in microseconds, if it is known
 */
record CallContender(String name, Call call, Supplier<OptionalDouble> cpu) implements Contender {
  /** Large enough that a stall of one second shows in the times at every rate reached here. */
  private static final int OPEN_MAX = 20_000;

  CallContender(String name, Call call) {
    this(name, call, OptionalDouble::empty);
  }

  @Override
  public Round closed(int callers, double seconds) {
    return new ClosedLoad(callers, call).run(seconds);
  }

  @Override
  public Optional<Round> open(double perSecond, double seconds) {
    return Optional.of(new OpenLoad(perSecond, OPEN_MAX, call).run(seconds));
  }

  @Override
  public OptionalDouble cpuMicros() {
    return cpu.get();
  }
}
