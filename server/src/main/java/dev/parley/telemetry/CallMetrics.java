package dev.parley.telemetry;

import dev.parley.api.http.CallObserver;
import dev.parley.api.http.CallReport;
import dev.parley.api.http.CallTarget;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Counts and times the calls of each RPC. */
public final class CallMetrics implements CallObserver {
  /** The bucket bounds, from reads in memory up to the default timeout. */
  private static final Duration[] BOUNDS = {
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30)
  };

  private final MeterRegistry registry;
  private final Map<Kind, Meters> meters = new ConcurrentHashMap<>();

  private record Kind(CallTarget target, boolean grpc) {
    Tags tags() {
      return Tags.of("api", target.api(), "rpc", target.rpc(), "transport", grpc ? "grpc" : "rest");
    }
  }

  private record Meters(Timer time, Map<String, Counter> outcomes) {}

  public CallMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void ended(CallReport report) {
    Kind kind = new Kind(report.target(), report.grpc());
    Meters of = meters.computeIfAbsent(kind, this::meters);
    of.time.record(report.log().totalDurationNanos(), TimeUnit.NANOSECONDS);
    of.outcomes.computeIfAbsent(report.outcome(), outcome -> counter(kind, outcome)).increment();
  }

  private Meters meters(Kind kind) {
    return new Meters(timer(kind), new ConcurrentHashMap<>());
  }

  private Timer timer(Kind kind) {
    return Timer.builder("parley.call")
        .description("Duration of calls, from the first request byte to the last response byte.")
        .tags(kind.tags())
        .serviceLevelObjectives(BOUNDS)
        .register(registry);
  }

  private Counter counter(Kind kind, String outcome) {
    return Counter.builder("parley.calls")
        .description("Number of calls by outcome: OK, CANCELLED or the error reason.")
        .tags(kind.tags().and("outcome", outcome))
        .register(registry);
  }
}
