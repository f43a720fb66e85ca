package dev.parley.search.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.LimitTokenPositionFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;

/**
 * Splits text into terms. Words of all scripts are found by the rules of Unicode (UAX #29).
 * Chinese, Japanese and Korean text becomes single characters and pairs of characters. An
 * identifier such as {@code fooBar_baz} is one term, and also the terms {@code foo}, {@code bar}
 * and {@code baz}. Case and accents do not matter.
 */
public final class MessageAnalyzer extends Analyzer {
  /** The maximum number of terms of a text. Further terms are ignored. */
  public static final int TERMS_MAX = 200_000;

  /** The version of the rules. An index of another version must be rebuilt. */
  public static final int VERSION = 1;

  private static final String FIELD = "text";
  private static final int CJK =
      CJKBigramFilter.HAN
          | CJKBigramFilter.HIRAGANA
          | CJKBigramFilter.KATAKANA
          | CJKBigramFilter.HANGUL;
  private static final int PARTS =
      WordDelimiterGraphFilter.GENERATE_WORD_PARTS
          | WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS
          | WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE;

  private final int delimiterFlags;

  private MessageAnalyzer(int delimiterFlags) {
    this.delimiterFlags = delimiterFlags;
  }

  /** For the text of messages: identifiers whole and in parts. */
  public static MessageAnalyzer ofMessages() {
    return new MessageAnalyzer(PARTS | WordDelimiterGraphFilter.PRESERVE_ORIGINAL);
  }

  /** For queries: identifiers in parts only. */
  static MessageAnalyzer ofParts() {
    return new MessageAnalyzer(PARTS);
  }

  /** For queries: identifiers whole only. */
  static MessageAnalyzer ofWholes() {
    return new MessageAnalyzer(0);
  }

  @Override
  protected TokenStreamComponents createComponents(String fieldName) {
    StandardTokenizer source = new StandardTokenizer();
    TokenStream terms = source;
    if (delimiterFlags != 0) {
      // Not flattened: without joined parts, the graph has the positions of a plain stream.
      terms = new WordDelimiterGraphFilter(terms, delimiterFlags, null);
    }
    terms = new CJKBigramFilter(terms, CJK, true);
    terms = new TermGuard(new ASCIIFoldingFilter(new FoldingFilter(terms)));
    return new TokenStreamComponents(source, new LimitTokenPositionFilter(terms, TERMS_MAX));
  }

  /** The terms of a text. */
  public List<TextQuery.Word> words(String text) {
    List<TextQuery.Word> words = new ArrayList<>();
    try (TokenStream terms = tokenStream(FIELD, text)) {
      CharTermAttribute term = terms.addAttribute(CharTermAttribute.class);
      PositionIncrementAttribute step = terms.addAttribute(PositionIncrementAttribute.class);
      int position = -1;
      terms.reset();
      while (terms.incrementToken()) {
        position += step.getPositionIncrement();
        words.add(new TextQuery.Word(term.toString(), position));
      }
      terms.end();
      return words;
    } catch (IOException e) {
      throw new UncheckedIOException("Text in memory can be read.", e);
    }
  }
}
