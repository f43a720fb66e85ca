package dev.parley.search.text;

import java.util.List;

/**
 * A part of a text with the words that a query found.
 *
 * @param text the part of the text
 * @param ranges the found words, in ascending order, without overlaps
 */
public record Snippet(String text, List<Range> ranges) {
  /**
   * A range of Unicode code points.
   *
   * @param start the first code point, from 0
   * @param end the code point after the last one
   */
  public record Range(int start, int end) {}
}
