package dev.parley.telemetry;

import dev.parley.api.http.CallObserver;
import dev.parley.config.Settings;
import dev.parley.storage.commit.StoreObserver;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that a server tells its operators, as its settings ask for it. */
public final class Telemetry implements AutoCloseable {
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final @Nullable Tracing tracing;
  private final List<CallObserver> observers = new ArrayList<>();

  /**
   * Begins to tell.
   *
   * @param version Parley's
   */
  public Telemetry(Settings settings, String version) {
    tracing = settings.tracing().map(traces -> new Tracing(traces, version)).orElse(null);
    observers.add(new CallMetrics(metrics));
    if (tracing != null) {
      observers.add(tracing.calls());
    }
    if (settings.accessLog()) {
      observers.add(new AccessLog());
    }
    Gauge.builder("parley.build", () -> 1)
        .description("Always 1; its label says which version runs.")
        .tag("version", version)
        .register(metrics);
  }

  /** Everything that is measured. */
  public PrometheusMeterRegistry metrics() {
    return metrics;
  }

  /** Who is told of calls. */
  public List<CallObserver> observers() {
    return List.copyOf(observers);
  }

  /** Looks on a store. */
  public StoreObserver storeObserver() {
    return new StoreMetrics(metrics, tracing);
  }

  /** Sends what is left to be sent. */
  @Override
  public void close() {
    if (tracing != null) {
      tracing.close();
    }
  }
}
