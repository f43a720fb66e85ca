package dev.parley.search.text;

import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/** Writes queries in the form of Lucene. */
public final class LuceneQueries {
  private LuceneQueries() {}

  /** The query, for a field with the terms of {@link MessageAnalyzer#ofMessages}. */
  public static Query of(String field, TextQuery query) {
    if (query instanceof TextQuery.Term term) {
      return new TermQuery(new Term(field, term.term()));
    }
    if (query instanceof TextQuery.Prefix prefix) {
      return new PrefixQuery(new Term(field, prefix.start()));
    }
    if (query instanceof TextQuery.Phrase phrase) {
      PhraseQuery.Builder words = new PhraseQuery.Builder();
      int first = phrase.words().get(0).position();
      phrase.words().forEach(w -> words.add(new Term(field, w.term()), w.position() - first));
      return words.build();
    }
    BooleanQuery.Builder parts = new BooleanQuery.Builder();
    if (query instanceof TextQuery.AnyOf any) {
      any.queries().forEach(part -> parts.add(of(field, part), Occur.SHOULD));
    } else if (query instanceof TextQuery.AllOf all) {
      all.required().forEach(part -> parts.add(of(field, part), Occur.MUST));
      all.excluded().forEach(part -> parts.add(of(field, part), Occur.MUST_NOT));
    }
    return parts.build();
  }
}
