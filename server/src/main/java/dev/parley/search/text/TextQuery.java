package dev.parley.search.text;

import java.util.List;

/** What a message must contain. Terms are written as the analyzer writes them. */
public sealed interface TextQuery {
  /** Contains a term. */
  record Term(String term) implements TextQuery {}

  /** Contains a term that starts with these characters. */
  record Prefix(String start) implements TextQuery {}

  /**
   * Contains terms at these distances from each other.
   *
   * @param words at least two, with ascending positions
   */
  record Phrase(List<Word> words) implements TextQuery {}

  /** Matches at least one of the queries. */
  record AnyOf(List<TextQuery> queries) implements TextQuery {}

  /**
   * Matches all of the first queries and none of the second.
   *
   * @param required at least one
   */
  record AllOf(List<TextQuery> required, List<TextQuery> excluded) implements TextQuery {}

  /**
   * A term of a text.
   *
   * @param term the term
   * @param position its position, in words
   */
  record Word(String term, int position) {}
}
