package dev.parley.search.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.search.uhighlight.LengthGoalBreakIterator;
import org.apache.lucene.search.uhighlight.Passage;
import org.apache.lucene.search.uhighlight.PassageFormatter;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;

/** Finds the part of a text that shows best why it matches a query. */
public final class Snippets {
  /** About how many characters a snippet has. */
  public static final int CHARACTERS = 200;

  /** Only this many characters at the start of a text are examined. */
  public static final int EXAMINED_MAX = 100_000;

  private static final String FIELD = "text";

  private Snippets() {}

  /** The best part of the text. It has no ranges if the words are not in the examined part. */
  public static Snippet of(TextQuery query, String text) {
    UnifiedHighlighter highlighter =
        UnifiedHighlighter.builderWithoutSearcher(MessageAnalyzer.ofMessages())
            .withMaxLength(EXAMINED_MAX)
            .withBreakIterator(Snippets::breaks)
            .withFormatter(new BestPart())
            .build();
    try {
      Object found =
          highlighter.highlightWithoutSearcher(
              FIELD, LuceneQueries.of(FIELD, query), start(text), 1);
      return found instanceof Snippet snippet ? snippet : new Snippet("", List.of());
    } catch (IOException e) {
      throw new UncheckedIOException("Text in memory can be read.", e);
    }
  }

  private static String start(String text) {
    if (text.length() <= EXAMINED_MAX) {
      return text;
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(EXAMINED_MAX - 1));
    return text.substring(0, splitsPair ? EXAMINED_MAX - 1 : EXAMINED_MAX);
  }

  private static BreakIterator breaks() {
    return LengthGoalBreakIterator.createClosestToLength(
        BreakIterator.getWordInstance(Locale.ROOT), CHARACTERS, 0.5f);
  }

  private static final class BestPart extends PassageFormatter {
    @Override
    public Snippet format(Passage[] passages, String content) {
      Passage passage = passages[0];
      int start = passage.getStartOffset();
      int end = Math.min(passage.getEndOffset(), content.length());
      List<Snippet.Range> ranges = new ArrayList<>();
      int last = 0;
      for (int i = 0; i < passage.getNumMatches(); i++) {
        int from = content.codePointCount(start, passage.getMatchStarts()[i]);
        int to = content.codePointCount(start, Math.min(passage.getMatchEnds()[i], end));
        if (from < last && !ranges.isEmpty()) {
          from = ranges.remove(ranges.size() - 1).start();
          to = Math.max(to, last);
        }
        ranges.add(new Snippet.Range(from, to));
        last = to;
      }
      return new Snippet(content.substring(start, end), List.copyOf(ranges));
    }
  }
}
