package dev.parley.search.text;

import java.io.IOException;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * Writes terms in lower case and without accents, and characters of different widths alike. Accents
 * are the marks of Latin, Greek and Cyrillic letters; the vowel signs of other scripts stay.
 */
final class FoldingFilter extends TokenFilter {
  private static final Pattern ACCENTS = Pattern.compile("[\\u0300-\\u036f]+");
  private static final char FINAL_SIGMA = '\u03c2';
  private static final char SIGMA = '\u03c3';

  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);

  FoldingFilter(TokenStream input) {
    super(input);
  }

  @Override
  public boolean incrementToken() throws IOException {
    if (!input.incrementToken()) {
      return false;
    }
    if (!foldAscii(term.buffer(), term.length())) {
      String folded = fold(term.toString());
      term.setEmpty().append(folded);
    }
    return true;
  }

  /** Writes letters in lower case, up to the first character that is not ASCII. */
  private static boolean foldAscii(char[] text, int length) {
    for (int i = 0; i < length; i++) {
      char c = text[i];
      if (c >= 0x80) {
        return false;
      }
      if (c >= 'A' && c <= 'Z') {
        text[i] = (char) (c + ('a' - 'A'));
      }
    }
    return true;
  }

  private static String fold(String text) {
    String apart = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFKD);
    String plain = ACCENTS.matcher(apart).replaceAll("").replace(FINAL_SIGMA, SIGMA);
    return Normalizer.normalize(plain, Normalizer.Form.NFC);
  }
}
