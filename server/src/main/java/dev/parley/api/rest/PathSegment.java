package dev.parley.api.rest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One segment of a path template.
 *
 * @param literal the text of a segment without a variable; empty otherwise
 * @param variable the field that the segment is bound to; null for a literal
 * @param remainder whether the variable matches the rest of the path, {@code {key=**}}
 * @param verb the custom verb after the variable, with its colon; usually empty
 */
record PathSegment(String literal, @Nullable String variable, boolean remainder, String verb) {
  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)(=\\*\\*)?}(:\\w+)?");

  static PathSegment parse(String segment) {
    Matcher variable = VARIABLE.matcher(segment);
    if (!variable.matches()) {
      return new PathSegment(segment, null, false, "");
    }
    String verb = variable.group(3);
    return new PathSegment(
        "", variable.group(1), variable.group(2) != null, verb == null ? "" : verb);
  }
}
