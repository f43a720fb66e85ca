package dev.parley.app.server.transport;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import com.linecorp.armeria.common.ProtocolViolationException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.helpers.MessageFormatter;

/**
 * Counts connection faults, such as failed TLS handshakes and malformed chunks, instead of logging
 * a stack trace for each, because any client can cause them. With the log level DEBUG, one fault
 * per second is logged.
 */
public final class ConnectionFaults extends TurboFilter {
  private static final org.slf4j.Logger log = LoggerFactory.getLogger(ConnectionFaults.class);
  private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Armeria reports a failed handshake with this message and without an exception. */
  private static final String FAILED_HANDSHAKE = "TLS handshake failed";

  private final Counter faults;
  private final AtomicLong nextSample = new AtomicLong(System.nanoTime());

  private ConnectionFaults(MeterRegistry metrics) {
    faults =
        Counter.builder("parley.connection.faults")
            .description("Connections that failed in TLS, HTTP or HTTP/2, or were cut.")
            .register(metrics);
  }

  /** Starts counting. */
  public static void countIn(MeterRegistry metrics) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      ConnectionFaults filter = new ConnectionFaults(metrics);
      filter.setContext(context);
      filter.start();
      context.addTurboFilter(filter);
    }
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] params,
      @Nullable Throwable thrown) {
    if (!level.isGreaterOrEqual(Level.INFO) || !isTransport(logger)) {
      return FilterReply.NEUTRAL;
    }
    String failure = failure(format, params, thrown);
    if (failure == null) {
      return FilterReply.NEUTRAL;
    }
    faults.increment();
    long now = System.nanoTime();
    long next = nextSample.get();
    if (log.isDebugEnabled()
        && now - next >= 0
        && nextSample.compareAndSet(next, now + SAMPLE_NANOS)) {
      log.debug("A connection failed: {}", failure);
    }
    return FilterReply.DENY;
  }

  /** The connection fault that was logged; null if the event is about something else. */
  private static @Nullable String failure(
      @Nullable String format, Object @Nullable [] params, @Nullable Throwable thrown) {
    Throwable cause = thrown;
    if (cause == null
        && params != null
        && params.length > 0
        && params[params.length - 1] instanceof Throwable last) {
      cause = last;
    }
    if (cause != null) {
      return isFaultOfConnection(cause) ? cause.toString() : null;
    }
    return format != null && format.contains(FAILED_HANDSHAKE)
        ? MessageFormatter.arrayFormat(format, params).getMessage()
        : null;
  }

  private static boolean isTransport(Logger logger) {
    String name = logger.getName();
    return name.startsWith("com.linecorp.armeria.") || name.startsWith("io.netty.");
  }

  private static boolean isFaultOfConnection(Throwable thrown) {
    return thrown instanceof IOException
        || thrown instanceof CodecException
        || thrown instanceof Http2Exception
        || thrown instanceof ProtocolViolationException;
  }
}
