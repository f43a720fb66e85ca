package dev.parley.app.server;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import dev.parley.config.Settings;
import dev.parley.telemetry.AccessLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Configures the log from the settings. */
final class Logging {
  private static final int ACCESS_LINES_WAITING_MAX = 8_192;

  private Logging() {}

  /** Applies the settings to all log events from now on. */
  static void configure(Settings settings) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    Appender<ILoggingEvent> console =
        context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("STDERR");
    if (settings.logJson() && console instanceof ConsoleAppender<ILoggingEvent> stderr) {
      stderr.stop();
      stderr.setEncoder(json(context));
      stderr.start();
    }
    if (settings.accessLog()) {
      ch.qos.logback.classic.Logger access = context.getLogger(AccessLog.LOGGER);
      access.addAppender(async(context, console));
      access.setAdditive(false);
    }
  }

  /** Writes remaining log events and stops the log. */
  static void finish() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.stop();
    }
  }

  private static JsonEncoder json(LoggerContext context) {
    JsonEncoder json = new JsonEncoder();
    json.setContext(context);
    json.setWithSequenceNumber(false);
    json.setWithContext(false);
    json.setWithNanoseconds(false);
    json.setWithMarkers(false);
    json.setWithMDC(false);
    json.setWithMessage(false);
    json.setWithArguments(false);
    json.setWithFormattedMessage(true);
    json.start();
    return json;
  }

  /** An appender that drops lines instead of blocking an event loop when the output is slow. */
  private static AsyncAppender async(LoggerContext context, Appender<ILoggingEvent> console) {
    AsyncAppender async = new AsyncAppender();
    async.setContext(context);
    async.setName("ACCESS");
    async.setQueueSize(ACCESS_LINES_WAITING_MAX);
    async.setDiscardingThreshold(0);
    async.setNeverBlock(true);
    async.addAppender(console);
    async.start();
    return async;
  }
}
