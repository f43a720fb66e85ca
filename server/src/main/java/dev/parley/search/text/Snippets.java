package dev.parley.search.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;

/** Finds the part of a text that shows best why it matches a query. */
public final class Snippets {
  /** The maximum number of characters of a snippet. */
  public static final int CHARACTERS_MAX = 240;

  /** Only this many characters at the start of a text are examined. */
  public static final int EXAMINED_MAX = 50_000;

  private static final int MATCHES_MAX = 200;
  private static final int BEFORE = 60;
  private static final MessageAnalyzer ANALYZER = MessageAnalyzer.ofMessages();

  private final Set<String> terms = new HashSet<>();
  private final List<String> prefixes = new ArrayList<>();

  /** Creates snippets for a query. */
  public Snippets(TextQuery query) {
    collect(query);
  }

  /** A word of the query in the text. */
  private record Match(int start, int end, String term) {}

  private void collect(TextQuery query) {
    if (query instanceof TextQuery.Term term) {
      terms.add(term.term());
    } else if (query instanceof TextQuery.Prefix prefix) {
      prefixes.add(prefix.start());
    } else if (query instanceof TextQuery.Phrase phrase) {
      phrase.words().forEach(word -> terms.add(word.term()));
    } else if (query instanceof TextQuery.AnyOf any) {
      any.queries().forEach(this::collect);
    } else if (query instanceof TextQuery.AllOf all) {
      all.required().forEach(this::collect);
    }
  }

  /** The start of a text, without marked words. */
  public static Snippet startOf(String text) {
    return new Snippet(cut(text, 0, CHARACTERS_MAX), List.of());
  }

  /** The part of a text with the most different words of the query; the start if it has none. */
  public Snippet of(String text) {
    List<Match> matches = matches(text.substring(0, border(text, EXAMINED_MAX)));
    if (matches.isEmpty()) {
      return startOf(text);
    }
    int first = best(matches);
    int from = matches.get(first).start();
    int start = text.length() <= CHARACTERS_MAX ? 0 : wordStart(text, Math.max(0, from - BEFORE));
    String part = cut(text, start, start + CHARACTERS_MAX);
    return new Snippet(part, ranges(part, start, matches));
  }

  private List<Match> matches(String text) {
    List<Match> matches = new ArrayList<>();
    try (TokenStream stream = ANALYZER.tokenStream("text", text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      OffsetAttribute offset = stream.addAttribute(OffsetAttribute.class);
      stream.reset();
      while (matches.size() < MATCHES_MAX && stream.incrementToken()) {
        String word = term.toString();
        if (terms.contains(word) || prefixes.stream().anyMatch(word::startsWith)) {
          matches.add(new Match(offset.startOffset(), offset.endOffset(), word));
        }
      }
      // The rest of the text is not read, which end() would require.
      return matches;
    } catch (IOException e) {
      throw new UncheckedIOException("Text in memory can be read.", e);
    }
  }

  /** The first match of the part with the most different words. */
  private static int best(List<Match> matches) {
    int best = 0;
    int most = 0;
    for (int i = 0; i < matches.size(); i++) {
      int end = matches.get(i).start() + CHARACTERS_MAX - BEFORE;
      Set<String> words = new HashSet<>();
      for (int j = i; j < matches.size() && matches.get(j).end() <= end; j++) {
        words.add(matches.get(j).term());
      }
      if (words.size() > most) {
        most = words.size();
        best = i;
      }
    }
    return best;
  }

  private static List<Snippet.Range> ranges(String part, int start, List<Match> matches) {
    List<Snippet.Range> ranges = new ArrayList<>();
    int lastEnd = 0;
    for (Match match : matches) {
      int from = Math.max(lastEnd, match.start() - start);
      int to = Math.min(part.length(), match.end() - start);
      if (from < to) {
        ranges.add(new Snippet.Range(part.codePointCount(0, from), part.codePointCount(0, to)));
        lastEnd = to;
      }
    }
    return List.copyOf(ranges);
  }

  /** The start of the word at a position, if it is near. */
  private static int wordStart(String text, int at) {
    for (int i = at; i > Math.max(0, at - BEFORE); i--) {
      if (Character.isWhitespace(text.charAt(i - 1))) {
        return i;
      }
    }
    return border(text, at);
  }

  private static String cut(String text, int start, int end) {
    return text.substring(border(text, start), border(text, end));
  }

  /** The position, or the one before it if it is in the middle of a surrogate pair. */
  private static int border(String text, int at) {
    int inside = Math.min(at, text.length());
    boolean splitsPair =
        inside > 0
            && inside < text.length()
            && Character.isSurrogatePair(text.charAt(inside - 1), text.charAt(inside));
    return splitsPair ? inside - 1 : inside;
  }
}
