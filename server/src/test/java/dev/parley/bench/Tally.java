package dev.parley.bench;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Counts the calls of a round and records their latency. Thread-safe. */
final class Tally {
  private static final int DIGITS = 3;

  private final Recorder latency = new Recorder(DIGITS);
  private final LongAdder succeeded = new LongAdder();
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
  private final long begin = System.nanoTime();

  /**
   * Records a call that has ended.
   *
   * @param since the time when the call was made or scheduled, from {@link System#nanoTime}
   */
  void count(long since, Throwable failure) {
    if (failure == null) {
      latency.recordValue(Math.max(0, System.nanoTime() - since));
      succeeded.increment();
    } else {
      failures.computeIfAbsent(name(failure), name -> new LongAdder()).increment();
    }
  }

  private static String name(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof StatusRuntimeException refused
        ? Status.fromThrowable(refused).getCode().name()
        : String.valueOf(cause.getMessage());
  }

  /** Ends the round and returns its result. */
  Round round() {
    double seconds = (System.nanoTime() - begin) / 1e9;
    Map<String, Long> failed = new TreeMap<>();
    failures.forEach((name, count) -> failed.put(name, count.sum()));
    Histogram histogram = latency.getIntervalHistogram();
    return new Round(succeeded.sum() / seconds, histogram, failed);
  }
}
