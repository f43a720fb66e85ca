package dev.parley.config;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How traces are exported.
 *
 * @param endpoint see {@link Setting#OTLP_ENDPOINT}
 * @param headers see {@link Setting#OTLP_HEADERS}
 * @param ratio see {@link Setting#TRACE_RATIO}, 0 to 1
 */
public record TraceSettings(URI endpoint, Map<String, String> headers, double ratio) {
  private static final Pattern HEADER = Pattern.compile("([A-Za-z0-9-]+)=([\\x21-\\x7e ]*)");
  private static final Pattern DECIMAL = Pattern.compile("[01](\\.\\d{1,9})?");

  public TraceSettings {
    headers = Map.copyOf(headers);
  }

  static Optional<TraceSettings> of(SettingsResolver resolver) {
    double ratio = ratio(resolver);
    Map<String, String> headers = headers(resolver);
    Optional<URI> endpoint = resolver.url(Setting.OTLP_ENDPOINT);
    if (endpoint.isEmpty() && !headers.isEmpty()) {
      throw resolver.invalidValue(Setting.OTLP_HEADERS);
    }
    return endpoint.map(url -> new TraceSettings(url, headers, ratio));
  }

  private static double ratio(SettingsResolver resolver) {
    String text = resolver.required(Setting.TRACE_RATIO);
    if (!DECIMAL.matcher(text).matches() || Double.parseDouble(text) > 1) {
      throw Setting.TRACE_RATIO.invalidValue(text);
    }
    return Double.parseDouble(text);
  }

  private static Map<String, String> headers(SettingsResolver resolver) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (resolver.text(Setting.OTLP_HEADERS).isPresent()) {
      String text = resolver.required(Setting.OTLP_HEADERS);
      for (String each : text.split(",", -1)) {
        Matcher header = HEADER.matcher(each.strip());
        if (!header.matches()) {
          throw Setting.OTLP_HEADERS.invalidValue(text);
        }
        headers.put(header.group(1), header.group(2));
      }
    }
    return headers;
  }

  /** Hides the values of headers, which can be secrets. */
  @Override
  public String toString() {
    return "TraceSettings[endpoint=%s, headers=%s, ratio=%s]"
        .formatted(endpoint, headers.keySet(), ratio);
  }
}
