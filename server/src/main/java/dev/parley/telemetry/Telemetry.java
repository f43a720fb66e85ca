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

/** The telemetry of a server, as configured by its settings. */
public final class Telemetry implements AutoCloseable {
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final @Nullable Tracing tracing;
  private final List<CallObserver> observers = new ArrayList<>();

  /**
   * Creates the configured telemetry.
   *
   * @param version the version of Parley
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
        .description("Always 1. The label is the version of the server.")
        .tag("version", version)
        .register(metrics);
  }

  /** The registry of all metrics. */
  public PrometheusMeterRegistry metrics() {
    return metrics;
  }

  /** The observers of calls. */
  public List<CallObserver> observers() {
    return List.copyOf(observers);
  }

  /** Creates the observer of a store. */
  public StoreObserver storeObserver() {
    return new StoreMetrics(metrics, tracing);
  }

  /** Exports the remaining traces. */
  @Override
  public void close() {
    if (tracing != null) {
      tracing.close();
    }
  }
}
