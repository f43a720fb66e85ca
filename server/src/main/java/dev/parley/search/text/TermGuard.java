package dev.parley.search.text;

import java.io.IOException;
import org.apache.lucene.analysis.FilteringTokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;

/**
 * Keeps what an index accepts: drops empty and very long terms, and keeps offsets from going
 * backwards, which the filters before it do for some mixtures of scripts and invisible characters.
 */
final class TermGuard extends FilteringTokenFilter {
  /** PostgreSQL accepts terms of 2046 bytes, and a character has at most 3 bytes. */
  private static final int CHARACTERS_MAX = 600;

  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final OffsetAttribute offset = addAttribute(OffsetAttribute.class);
  private int lastStart;

  TermGuard(TokenStream input) {
    super(input);
  }

  @Override
  protected boolean accept() {
    if (term.length() == 0 || term.length() > CHARACTERS_MAX) {
      return false;
    }
    lastStart = Math.max(lastStart, offset.startOffset());
    offset.setOffset(lastStart, Math.max(lastStart, offset.endOffset()));
    return true;
  }

  @Override
  public void reset() throws IOException {
    super.reset();
    lastStart = 0;
  }
}
