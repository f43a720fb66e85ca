package dev.parley.search.text;

import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses search queries: words, {@code "phrases"}, {@code -excluded} words or phrases, and {@code
 * prefix*}. Messages must contain all words and phrases that are not excluded.
 */
public final class QueryParser {
  /** The maximum number of words, phrases and prefixes of a query. */
  public static final int PARTS_MAX = 32;

  /** The minimum length of a prefix in characters. */
  public static final int PREFIX_CHARACTERS_MIN = 2;

  /** The maximum number of prefixes of a query. */
  public static final int PREFIXES_MAX = 4;

  private static final Pattern PART = Pattern.compile("(-?)(?:\"([^\"]*)(\"?)|(\\S+))");
  private static final MessageAnalyzer PARTS = MessageAnalyzer.ofParts();
  private static final MessageAnalyzer WHOLES = MessageAnalyzer.ofWholes();

  private QueryParser() {}

  /**
   * Parses a query.
   *
   * @throws SessionException {@code INVALID_FIELD} with the position of the first error
   */
  public static TextQuery parse(String query) {
    List<TextQuery> required = new ArrayList<>();
    List<TextQuery> excluded = new ArrayList<>();
    Matcher matcher = PART.matcher(SearchableText.normalized(query));
    int parts = 0;
    int prefixes = 0;
    while (matcher.find()) {
      if (++parts > PARTS_MAX) {
        throw invalidAt(
            matcher.start(), "a query can have at most " + PARTS_MAX + " words and phrases");
      }
      if (matcher.group(2) == null && matcher.group(4).endsWith("*") && ++prefixes > PREFIXES_MAX) {
        throw invalidAt(matcher.start(), "a query can have at most " + PREFIXES_MAX + " prefixes");
      }
      TextQuery part =
          matcher.group(2) == null ? word(matcher.group(4), matcher.start(4)) : phrase(matcher);
      if (part != null) {
        (matcher.group(1).isEmpty() ? required : excluded).add(part);
      }
    }
    if (required.isEmpty()) {
      throw SessionException.invalid(
          FieldViolation.format(
              "query", "must contain at least one word, number or phrase that is not excluded"));
    }
    return new TextQuery.AllOf(List.copyOf(required), List.copyOf(excluded));
  }

  private static @Nullable TextQuery phrase(Matcher matcher) {
    if (matcher.group(3).isEmpty()) {
      throw invalidAt(matcher.start(2) - 1, "the double quote is not closed");
    }
    return text(matcher.group(2));
  }

  private static @Nullable TextQuery word(String word, int at) {
    if (!word.endsWith("*")) {
      return text(word);
    }
    String start = word.substring(0, word.length() - 1);
    List<TextQuery.Word> words = adjacent(WHOLES.words(start));
    if (words.isEmpty()) {
      throw invalidAt(at, "an asterisk must follow a word");
    }
    String last = words.get(words.size() - 1).term();
    if (last.codePointCount(0, last.length()) < PREFIX_CHARACTERS_MIN) {
      throw invalidAt(at, "the word before an asterisk must have at least 2 letters or digits");
    }
    TextQuery prefix = new TextQuery.Prefix(last);
    if (words.size() == 1) {
      return prefix;
    }
    return new TextQuery.AllOf(
        List.of(sequence(words.subList(0, words.size() - 1)), prefix), List.of());
  }

  /** A query for adjacent words; null if the text has none. */
  private static @Nullable TextQuery text(String text) {
    List<TextQuery.Word> wholes = adjacent(WHOLES.words(text));
    List<TextQuery.Word> parts = adjacent(PARTS.words(text));
    if (wholes.isEmpty()) {
      return null;
    }
    if (parts.isEmpty() || parts.equals(wholes)) {
      return sequence(wholes);
    }
    return new TextQuery.AnyOf(List.of(sequence(wholes), sequence(parts)));
  }

  private static TextQuery sequence(List<TextQuery.Word> words) {
    return words.size() == 1
        ? new TextQuery.Term(words.get(0).term())
        : new TextQuery.Phrase(words);
  }

  /**
   * One word for each position. Of a character and a pair that starts with it, the pair stays. A
   * character at the end of a pair is left out.
   */
  private static List<TextQuery.Word> adjacent(List<TextQuery.Word> words) {
    List<TextQuery.Word> adjacent = new ArrayList<>();
    for (TextQuery.Word word : words) {
      int last = adjacent.size() - 1;
      if (last >= 0 && adjacent.get(last).position() == word.position()) {
        adjacent.set(last, word);
      } else {
        adjacent.add(word);
      }
    }
    for (int i = adjacent.size() - 1; i > 0; i--) {
      if (isEndOf(adjacent.get(i), adjacent.get(i - 1))) {
        adjacent.remove(i);
      }
    }
    return adjacent;
  }

  private static boolean isEndOf(TextQuery.Word word, TextQuery.Word pair) {
    return word.position() == pair.position() + 1
        && isCjk(word.term())
        && word.term().codePointCount(0, word.term().length()) == 1
        && pair.term().codePointCount(0, pair.term().length()) == 2
        && pair.term().endsWith(word.term());
  }

  private static boolean isCjk(String term) {
    return Character.isIdeographic(term.codePointAt(0))
        || switch (Character.UnicodeScript.of(term.codePointAt(0))) {
          case HIRAGANA, KATAKANA, HANGUL -> true;
          default -> false;
        };
  }

  private static SessionException invalidAt(int at, String problem) {
    return SessionException.invalid(
        FieldViolation.format("query", "is invalid at position " + (at + 1) + ": " + problem));
  }
}
