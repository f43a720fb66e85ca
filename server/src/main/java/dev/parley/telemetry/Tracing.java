package dev.parley.telemetry;

import dev.parley.api.http.CallObserver;
import dev.parley.config.TraceSettings;
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

/** Traces, sent by OTLP: one for each call, with what it waits for and what the store does. */
public final class Tracing implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 5;

  /** Between what is sent and what is sent next. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final SdkTracerProvider provider;
  private final Spans spans;

  /**
   * Begins to send.
   *
   * @param version Parley's, as traces name it
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
                BatchSpanProcessor.builder(exporter.build()).setScheduleDelay(PAUSE).build())
            .build();
    spans = new Spans(provider.get("dev.parley"));
  }

  /** Makes the spans of calls. */
  public CallObserver calls() {
    return spans;
  }

  Spans spans() {
    return spans;
  }

  /** Sends what is left. */
  @Override
  public void close() {
    var unused = provider.shutdown().join(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
