package dev.parley.proto;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Compares the lines of {@link ProtoElements} with those that were released. */
final class ReleasedElements {
  private final Map<String, String> released;

  ReleasedElements(Collection<String> lines) {
    this.released = byElement(lines);
  }

  /** One sentence for each released element that is gone or is not what it was. */
  List<String> broken(Collection<String> present) {
    Map<String, String> now = byElement(present);
    List<String> broken = new ArrayList<>();
    released.forEach(
        (element, line) -> {
          if (!now.containsKey(element)) {
            broken.add("gone:    " + line);
          } else if (!now.get(element).equals(line)) {
            broken.add("changed: " + line + "\n     to: " + now.get(element));
          }
        });
    return broken;
  }

  /** The lines of elements that were never released. */
  List<String> added(Collection<String> present) {
    return byElement(present).entrySet().stream()
        .filter(entry -> !released.containsKey(entry.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static Map<String, String> byElement(Collection<String> lines) {
    return lines.stream()
        .collect(
            Collectors.toMap(
                ReleasedElements::element,
                line -> line,
                (one, other) -> {
                  throw new IllegalArgumentException("Twice the same: " + one + " | " + other);
                },
                TreeMap::new));
  }

  private static String element(String line) {
    // A line without facts ends in the colon; a route may hold colons of its own.
    int end = line.indexOf(": ");
    return end < 0 ? line : line.substring(0, end + 1);
  }
}
