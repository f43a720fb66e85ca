package dev.parley.app;

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

/**
 * Counts faults of connections, such as failed TLS handshakes and broken chunks, instead of logging
 * each with a stack trace: anybody who reaches the port can cause them. At the level DEBUG of this
 * class's logger one a second is logged.
 */
final class ConnectionFaults extends TurboFilter {
  private static final org.slf4j.Logger log = LoggerFactory.getLogger(ConnectionFaults.class);
  private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Counter faults;
  private final AtomicLong nextSample = new AtomicLong(System.nanoTime());

  private ConnectionFaults(MeterRegistry metrics) {
    faults =
        Counter.builder("parley.connection.faults")
            .description("Connections with broken TLS, HTTP or HTTP/2, or cut in the middle.")
            .register(metrics);
  }

  /** Counts from now on. */
  static void countIn(MeterRegistry metrics) {
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
    if (thrown == null || !level.isGreaterOrEqual(Level.INFO) || !isTransport(logger)) {
      return FilterReply.NEUTRAL;
    }
    if (!isFaultOfConnection(thrown)) {
      return FilterReply.NEUTRAL;
    }
    faults.increment();
    long now = System.nanoTime();
    long next = nextSample.get();
    if (log.isDebugEnabled()
        && now - next >= 0
        && nextSample.compareAndSet(next, now + SAMPLE_NANOS)) {
      log.debug("A connection failed: {}", thrown.toString());
    }
    return FilterReply.DENY;
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
