package dev.parley.storage.postgres.sql;

import dev.parley.model.Session;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Labels as text: one line for each, with its name, an equals sign and its value. Names have no
 * equals sign, and values no line breaks.
 */
public final class LabelText {
  private LabelText() {}

  /** The text of labels; null for none. */
  public static @Nullable String of(SortedMap<String, String> labels) {
    return labels.isEmpty()
        ? null
        : labels.entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining("\n"));
  }

  /** The labels of a text. */
  public static SortedMap<String, String> parse(@Nullable String text) {
    if (text == null) {
      return Session.Profile.NO_LABELS;
    }
    SortedMap<String, String> labels = new TreeMap<>();
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      labels.put(line.substring(0, equals), line.substring(equals + 1));
    }
    return Collections.unmodifiableSortedMap(labels);
  }
}
