package dev.parley.config;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The origins that CORS allows.
 *
 * @param any whether every origin is allowed
 * @param named the allowed origins, such as {@code https://app.example}; empty if every origin is
 *     allowed
 */
public record Origins(boolean any, Set<String> named) {
  /** The format that browsers send: no path, lower case, and no default port. */
  private static final Pattern FORM =
      Pattern.compile("https?://([a-z0-9.-]+|\\[[0-9a-f:.]+])(:\\d{1,5})?");

  public Origins {
    named = Set.copyOf(named);
  }

  /** Whether no origin is allowed. */
  public boolean none() {
    return !any && named.isEmpty();
  }

  static Origins of(SettingsResolver resolver) {
    String text = resolver.text(Setting.CORS_ORIGINS).orElse("");
    if (text.equals("*")) {
      return new Origins(true, Set.of());
    }
    Set<String> named = new LinkedHashSet<>();
    if (resolver.text(Setting.CORS_ORIGINS).isPresent()) {
      for (String each : text.split(",", -1)) {
        if (!FORM.matcher(each.strip()).matches()) {
          throw Setting.CORS_ORIGINS.invalidValue(text);
        }
        named.add(each.strip());
      }
    }
    return new Origins(false, named);
  }
}
