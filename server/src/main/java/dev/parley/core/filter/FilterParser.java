package dev.parley.core.filter;

import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses a subset of the filter language of AIP-160: comparisons that are joined by {@code AND}.
 * Parentheses are allowed around a single comparison. Values with white space, parentheses or
 * quotes must be in double quotes, with {@code \\"} and {@code \\\\} as escapes.
 */
public final class FilterParser {
  private static final Pattern SPACE = Pattern.compile("\\s*");
  private static final Pattern WORD = Pattern.compile("[^\\s()\"=!<>:]+");
  private static final Pattern FIELD =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[^\\s()\"=!<>:]+)?");
  private static final Pattern OPERATOR = Pattern.compile("<=|>=|!=|=|<|>|:");
  private static final Pattern VALUE =
      Pattern.compile("\"((?:[^\"\\\\]|\\\\[\"\\\\])*)\"|([^\\s()\"=!<>:][^\\s()\"]*)");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");

  private final String text;
  private final Matcher matcher;
  private int at;

  private FilterParser(String text) {
    this.text = text;
    matcher = SPACE.matcher(text);
  }

  /**
   * Parses a filter.
   *
   * @throws SessionException {@code INVALID_FIELD} with the position of the first error
   */
  public static List<FilterTerm> parse(String text) {
    return new FilterParser(text).terms();
  }

  private List<FilterTerm> terms() {
    List<FilterTerm> terms = new ArrayList<>();
    skipSpace();
    while (true) {
      terms.add(term());
      skipSpace();
      if (at == text.length()) {
        return terms;
      }
      int position = at;
      if (!accept(WORD) || !matcher.group().equals("AND")) {
        throw invalid(position, "expected AND or the end of the filter");
      }
      skipSpace();
    }
  }

  private FilterTerm term() {
    boolean parenthesis = acceptCharacter('(');
    FilterTerm term = comparison();
    if (parenthesis) {
      skipSpace();
      if (!acceptCharacter(')')) {
        throw invalid(at, "expected a closing parenthesis; only one comparison can be in it");
      }
    }
    return term;
  }

  private FilterTerm comparison() {
    skipSpace();
    int position = at;
    if (!accept(FIELD)) {
      throw invalid(position, "expected the name of a field");
    }
    String field = matcher.group();
    if (field.equals("NOT") || field.equals("OR")) {
      throw invalid(position, field + " is not supported");
    }
    skipSpace();
    if (!accept(OPERATOR)) {
      throw invalid(at, "expected one of the operators = != < <= > >= :");
    }
    String operator = matcher.group();
    skipSpace();
    int valuePosition = at;
    if (!accept(VALUE)) {
      throw invalid(valuePosition, "expected a value, or a text in double quotes");
    }
    String quoted = matcher.group(1);
    String value = quoted == null ? matcher.group(2) : ESCAPE.matcher(quoted).replaceAll("$1");
    return new FilterTerm(field, operator, value, position + 1, valuePosition + 1);
  }

  private void skipSpace() {
    accept(SPACE);
  }

  private boolean acceptCharacter(char wanted) {
    boolean found = at < text.length() && text.charAt(at) == wanted;
    if (found) {
      at++;
    }
    return found;
  }

  private boolean accept(Pattern pattern) {
    boolean found = matcher.usePattern(pattern).region(at, text.length()).lookingAt();
    if (found) {
      at = matcher.end();
    }
    return found;
  }

  private static SessionException invalid(int at, String problem) {
    return invalidAt(at + 1, problem);
  }

  /**
   * The error for an invalid filter.
   *
   * @param position the position of the error, from 1
   */
  public static SessionException invalidAt(int position, String problem) {
    return SessionException.invalid(
        FieldViolation.format("filter", "is invalid at position " + position + ": " + problem));
  }
}
