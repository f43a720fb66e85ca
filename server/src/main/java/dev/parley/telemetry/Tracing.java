package dev.parley.telemetry;

import dev.parley.api.http.CallObserver;
import dev.parley.config.TraceSettings;
import io.github.bucket4j.TimeMeter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Exports traces by OTLP. A trace has one span for each call, with child spans for its waits and
 * its store operations.
 */
public final class Tracing implements AutoCloseable {
  private static final int SHUTDOWN_TIMEOUT_SECONDS = 5;

  /** The interval between exports. */
  private static final Duration EXPORT_INTERVAL = Duration.ofSeconds(1);

  private final SdkTracerProvider provider;
  private final Spans spans;

  /**
   * Starts the export.
   *
   * @param version the version of Parley, which traces contain
   */
  public Tracing(TraceSettings settings, String version) {
    OtlpHttpSpanExporterBuilder exporter =
        OtlpHttpSpanExporter.builder().setEndpoint(settings.endpoint().toString());
    settings.headers().forEach(exporter::addHeader);
    provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.create(
                    Attributes.of(
                        AttributeKey.stringKey("service.name"),
                        "parley",
                        AttributeKey.stringKey("service.version"),
                        version)))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.ratio())))
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporter.build())
                    .setScheduleDelay(EXPORT_INTERVAL)
                    .build())
            .build();
    spans = new Spans(provider.get("dev.parley"), new RefusalSampler(TimeMeter.SYSTEM_NANOTIME));
  }

  /** Creates the spans of calls. */
  public CallObserver calls() {
    return spans;
  }

  Spans spans() {
    return spans;
  }

  /** Exports the remaining spans. Waits at most five seconds. */
  @Override
  public void close() {
    var unused = provider.shutdown().join(SHUTDOWN_TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }
}
