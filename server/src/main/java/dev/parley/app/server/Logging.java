package dev.parley.app.server;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import dev.parley.config.Settings;
import dev.parley.telemetry.AccessLog;
import net.logstash.logback.encoder.LogstashEncoder;
import net.logstash.logback.fieldnames.LogstashCommonFieldNames;
import net.logstash.logback.fieldnames.LogstashFieldNames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Configures the log from the settings. */
final class Logging {
  private static final String TIMESTAMP = "yyyy-MM-dd'T'HH:mm:ss.SSSXXX";
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
      ch.qos.logback.classic.Logger start = context.getLogger(StartMessage.LOGGER);
      start.addAppender(standardOutput(context));
      start.setAdditive(false);
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

  /** One flat object per line: what is passed by key is a member of it. */
  private static LogstashEncoder json(LoggerContext context) {
    LogstashFieldNames names = new LogstashFieldNames();
    names.setTimestamp("time");
    names.setLogger("logger");
    names.setThread("thread");
    names.setVersion(LogstashCommonFieldNames.IGNORE_FIELD_INDICATOR);
    names.setLevelValue(LogstashCommonFieldNames.IGNORE_FIELD_INDICATOR);
    LogstashEncoder json = new LogstashEncoder();
    json.setContext(context);
    json.setFieldNames(names);
    json.setTimestampPattern(TIMESTAMP);
    json.setTimeZone("UTC");
    json.setIncludeContext(false);
    json.setIncludeMdc(false);
    json.setIncludeTags(false);
    json.start();
    return json;
  }

  private static Appender<ILoggingEvent> standardOutput(LoggerContext context) {
    ConsoleAppender<ILoggingEvent> out = new ConsoleAppender<>();
    out.setContext(context);
    out.setName("STDOUT");
    out.setTarget("System.out");
    out.setEncoder(json(context));
    out.start();
    return out;
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
