package dev.parley.telemetry;

import dev.parley.api.http.CallObserver;
import dev.parley.api.http.CallReport;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a line for each call: caller, RPC, outcome and duration. It never logs content, keys or
 * tokens, and omits the query of a URL.
 */
public final class AccessLog implements CallObserver {
  /** The name of the logger. */
  public static final String LOGGER = "access";

  private static final Logger log = LoggerFactory.getLogger(LOGGER);
  private static final int PATH_LENGTH_MAX = 512;
  private static final Pattern UNSAFE = Pattern.compile("[\\p{Cntrl}\"\u2028\u2029]");

  @Override
  public void ended(CallReport report) {
    log.atInfo()
        .addKeyValue("request", safe(report.requestId()))
        .addKeyValue("client", report.ctx().clientAddress().getHostAddress())
        .addKeyValue("caller", caller(report))
        .addKeyValue("transport", report.grpc() ? "grpc" : "rest")
        .addKeyValue("method", report.ctx().method())
        .addKeyValue("path", path(report))
        .addKeyValue("rpc", report.target().rpc())
        .addKeyValue("status", report.log().responseStatus().code())
        .addKeyValue("outcome", report.outcome())
        .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(report.log().totalDurationNanos()))
        .addKeyValue("bytes_in", report.log().requestLength())
        .addKeyValue("bytes_out", report.log().responseLength())
        .log("call");
  }

  private static String caller(CallReport report) {
    return report.caller() == null ? "-" : safe(report.caller());
  }

  /**
   * Replaces characters with which a name from a caller or token issuer could imitate other fields
   * or lines.
   */
  private static String safe(String name) {
    return UNSAFE.matcher(name).replaceAll("?");
  }

  private static String path(CallReport report) {
    String path = report.ctx().path();
    return path.length() <= PATH_LENGTH_MAX ? path : path.substring(0, PATH_LENGTH_MAX) + "…";
  }
}
