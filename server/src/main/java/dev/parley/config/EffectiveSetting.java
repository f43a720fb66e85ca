package dev.parley.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A setting that a server runs with, for people. It never contains a secret.
 *
 * @param setting the setting
 * @param value the value, with secrets masked; empty if the setting is not set and has no default
 * @param source where the value comes from; empty like the value
 */
public record EffectiveSetting(Setting setting, Optional<String> value, Optional<String> source) {
  private static final String MASK = "***";

  private static final String HOST = "(?:[\\w.-]+|\\[[0-9a-fA-F:]+\\])(?::\\d+)?";

  /** A JDBC URL in its usual form. Passwords can make URLs ambiguous: those do not match. */
  private static final Pattern STORE =
      Pattern.compile(
          "(jdbc:postgresql://)([^/?@]*@)?(%1$s(?:,%1$s)*/[\\w%%-]*)(\\?.*)?".formatted(HOST),
          Pattern.DOTALL);

  /** All settings, in the order of the reference. */
  public static List<EffectiveSetting> list(SettingsResolver resolver) {
    return Arrays.stream(Setting.values())
        .map(
            setting ->
                new EffectiveSetting(
                    setting,
                    resolver.text(setting).map(value -> masked(setting, value)),
                    resolver.source(setting)))
        .toList();
  }

  private static String masked(Setting setting, String value) {
    if (setting == Setting.STORE) {
      return maskedStore(value);
    }
    if (setting == Setting.JWT_JWKS || setting == Setting.OTLP_ENDPOINT) {
      return maskedUrl(value);
    }
    return setting.isSecret() ? MASK : value;
  }

  private static String maskedStore(String value) {
    Matcher url = STORE.matcher(value);
    if (!url.matches()) {
      return MASK;
    }
    boolean isWhole = url.group(2) == null && url.group(4) == null;
    return url.group(1) + url.group(3) + (isWhole ? "" : " " + MASK);
  }

  /** A URL without user, password, parameters and fragment; other values, such as files, whole. */
  private static String maskedUrl(String value) {
    if (!value.startsWith("http://") && !value.startsWith("https://")) {
      return value;
    }
    try {
      URI url = new URI(value);
      URI shown =
          new URI(url.getScheme(), null, url.getHost(), url.getPort(), url.getPath(), null, null);
      return shown.equals(url) ? value : shown + " " + MASK;
    } catch (URISyntaxException e) {
      return MASK;
    }
  }
}
