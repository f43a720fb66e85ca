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

/** Writes the log as the settings ask for it. */
final class Logging {
  private static final int ACCESS_LINES_WAITING_MAX = 8_192;

  private Logging() {}

  /** Takes effect for what is logged from now on. */
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

  /** Writes what is left to be written. */
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

  /** Event loops write it: where nobody takes the lines away, lines are lost and not time. */
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
