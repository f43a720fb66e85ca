package dev.parley.telemetry;

import dev.parley.storage.commit.StoreObserver;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reports the work of a store as metrics and as spans of the calls that caused it. */
public final class StoreMetrics implements StoreObserver {
  private static final double[] BATCH_SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024};
  private static final Duration[] BOUNDS = {
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5)
  };

  /** The queues with reads. All other queues have writes. */
  private static final Set<String> READ_QUEUES =
      Set.of(
          "parley-reader", "parley-list-reader", "parley-agents", "parley-keys", "parley-changes");

  private final MeterRegistry registry;
  private final @Nullable Spans spans;
  private final Timer syncs;

  /**
   * Creates an observer.
   *
   * @param tracing null if no spans are created
   */
  public StoreMetrics(MeterRegistry registry, @Nullable Tracing tracing) {
    this.registry = registry;
    spans = tracing == null ? null : tracing.spans();
    syncs =
        Timer.builder("parley.store.sync")
            .description("Time that the embedded store needs to write a batch and sync it to disk.")
            .serviceLevelObjectives(BOUNDS)
            .register(registry);
  }

  @Override
  public QueueObserver queueOpened(String name, IntSupplier waiting) {
    Gauge.builder("parley.store.queue", waiting, IntSupplier::getAsInt)
        .description("Number of tasks that wait in a queue of the store.")
        .tag("queue", name)
        .strongReference(true)
        .register(registry);
    return new QueueMetrics(name);
  }

  @Override
  public void synced(long nanos) {
    syncs.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void gauge(String name, String unit, String description, LongSupplier value) {
    Gauge.builder("parley." + name, value, LongSupplier::getAsLong)
        .description(description)
        .baseUnit(unit.isEmpty() ? null : unit)
        .strongReference(true)
        .register(registry);
  }

  /** The metrics of one queue. */
  private final class QueueMetrics implements QueueObserver {
    private final String name;
    private final Timer waits;
    private final Timer batches;
    private final DistributionSummary sizes;

    QueueMetrics(String name) {
      this.name = name;
      waits = timer("parley.store.wait", "Time that tasks wait in a queue of the store.");
      batches =
          timer("parley.store.batch.time", "Duration of a batch, from its first task to its last.");
      sizes =
          DistributionSummary.builder("parley.store.batch.size")
              .description("Number of tasks in a batch.")
              .tag("queue", name)
              .serviceLevelObjectives(BATCH_SIZES)
              .register(registry);
    }

    private Timer timer(String meter, String description) {
      return Timer.builder(meter)
          .description(description)
          .tag("queue", name)
          .serviceLevelObjectives(BOUNDS)
          .register(registry);
    }

    @Override
    public TaskObserver queued() {
      Span call = spans == null ? null : Spans.current();
      return spans == null || call == null
          ? new TimedTask(waits)
          : new TracedTask(waits, spans, call, name);
    }

    @Override
    public void committed(int size, long nanos) {
      batches.record(nanos, TimeUnit.NANOSECONDS);
      sizes.record(size);
    }
  }

  /** A task whose waiting time is measured. */
  private static class TimedTask implements TaskObserver {
    private final Timer waited;
    private final long queued = System.nanoTime();

    TimedTask(Timer waited) {
      this.waited = waited;
    }

    @Override
    public void started() {
      waited.record(System.nanoTime() - queued, TimeUnit.NANOSECONDS);
    }
  }

  /** A task of a traced call. */
  private static final class TracedTask extends TimedTask {
    private final Spans spans;
    private final Span call;
    private final String queue;
    private Span span;

    TracedTask(Timer waited, Spans spans, Span call, String queue) {
      super(waited);
      this.spans = spans;
      this.call = call;
      this.queue = queue;
      span = spans.child(call, "wait", queue);
    }

    @Override
    public void started() {
      super.started();
      span.end();
      span = spans.child(call, READ_QUEUES.contains(queue) ? "query" : "commit", queue);
    }

    @Override
    public void finished() {
      span.end();
    }
  }
}
