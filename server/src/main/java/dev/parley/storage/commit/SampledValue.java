package dev.parley.storage.commit;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A value for a gauge that takes long to measure. Reading it returns the last measurement at once,
 * and starts another one if the last one began a minute ago or earlier. The value is 0 before the
 * first measurement, and stays the same when a measurement fails.
 */
public final class SampledValue implements LongSupplier {
  private static final long INTERVAL = Duration.ofMinutes(1).toNanos();

  private final Supplier<CompletableFuture<Long>> measurement;
  private final LongSupplier nanoTime;
  private final AtomicLong next;
  private volatile long value;

  /**
   * Creates a value, and starts the first measurement.
   *
   * @param measurement measures the value on another thread
   */
  public SampledValue(Supplier<CompletableFuture<Long>> measurement) {
    this(measurement, System::nanoTime);
  }

  SampledValue(Supplier<CompletableFuture<Long>> measurement, LongSupplier nanoTime) {
    this.measurement = measurement;
    this.nanoTime = nanoTime;
    next = new AtomicLong(nanoTime.getAsLong());
    long unused = getAsLong();
  }

  @Override
  public long getAsLong() {
    long due = next.get();
    long now = nanoTime.getAsLong();
    if (now - due >= 0 && next.compareAndSet(due, now + INTERVAL)) {
      var unused = measurement.get().thenAccept(measured -> value = measured);
    }
    return value;
  }
}
