package dev.parley.config;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The web sites whose pages may call from a browser.
 *
 * @param any whether every site's may
 * @param named those that may, such as {@code https://app.example}; none if any may
 */
public record Origins(boolean any, Set<String> named) {
  /** As browsers send it: no path, no capital letters, no port that is the scheme's own. */
  private static final Pattern FORM =
      Pattern.compile("https?://([a-z0-9.-]+|\\[[0-9a-f:.]+])(:\\d{1,5})?");

  public Origins {
    named = Set.copyOf(named);
  }

  /** Whether no page may. */
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
