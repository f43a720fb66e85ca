package dev.parley.storage.postgres.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.Role;
import dev.parley.search.IndexedMessage;
import dev.parley.search.SearchQuery;
import dev.parley.search.text.MessageAnalyzer;
import dev.parley.search.text.SearchableText;
import dev.parley.search.text.TextQuery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Writes messages and queries as PostgreSQL's types tsvector and tsquery. Besides its terms, a
 * message has lexemes for its agent, owner, user, session and role, so that the permissions of a
 * caller are part of the query to the index. They begin with a character that no term has.
 */
final class Lexemes {
  /** PostgreSQL accepts no greater positions. */
  private static final int POSITION_MAX = 16_383;

  private static final int POSITIONS_PER_LEXEME_MAX = 255;

  /** PostgreSQL accepts about 1 MiB. */
  private static final int VECTOR_BYTES_MAX = 900_000;

  private static final int RANKED_TERMS_MAX = 8;

  private static final MessageAnalyzer ANALYZER = MessageAnalyzer.ofMessages();

  private Lexemes() {}

  /**
   * The tsvector of a message, without its user.
   *
   * @param withoutText whether to leave out the terms of the text
   */
  static String vector(IndexedMessage indexed, boolean withoutText) {
    StringBuilder vector = new StringBuilder();
    add(vector, agent(indexed.session().agentId()));
    add(vector, session(indexed.session().sessionId()));
    add(vector, owner(indexed.owner()));
    add(vector, role(indexed.message().draft().role()));
    int bytes = 0;
    String text = withoutText ? "" : SearchableText.of(indexed.message().draft().content());
    for (Map.Entry<String, List<Integer>> term : terms(text).entrySet()) {
      int length = term.getKey().getBytes(UTF_8).length;
      bytes += length + 2 * term.getValue().size() + 4;
      if (bytes > VECTOR_BYTES_MAX) {
        break;
      }
      add(vector, term.getKey());
      if (!term.getValue().isEmpty()) {
        vector
            .append(':')
            .append(term.getValue().stream().map(String::valueOf).collect(Collectors.joining(",")));
      }
    }
    return vector.toString();
  }

  /** The terms of a text, with their positions from 1. */
  private static Map<String, List<Integer>> terms(String text) {
    Map<String, List<Integer>> terms = new LinkedHashMap<>();
    for (TextQuery.Word word : ANALYZER.words(text)) {
      List<Integer> positions = terms.computeIfAbsent(word.term(), term -> new ArrayList<>());
      int position = word.position() + 1;
      if (position <= POSITION_MAX && positions.size() < POSITIONS_PER_LEXEME_MAX) {
        positions.add(position);
      }
    }
    return terms;
  }

  private static void add(StringBuilder vector, String lexeme) {
    vector.append(vector.isEmpty() ? "" : " ").append(quoted(lexeme));
  }

  /** The tsquery of the text of a query. */
  static String query(TextQuery query) {
    if (query instanceof TextQuery.Term term) {
      return quoted(term.term());
    }
    if (query instanceof TextQuery.Prefix prefix) {
      return quoted(prefix.start()) + ":*";
    }
    if (query instanceof TextQuery.Phrase phrase) {
      return phrase(phrase.words());
    }
    if (query instanceof TextQuery.AnyOf any) {
      return any.queries().stream()
          .map(Lexemes::query)
          .collect(Collectors.joining(" | ", "(", ")"));
    }
    TextQuery.AllOf all = (TextQuery.AllOf) query;
    List<String> parts = new ArrayList<>();
    all.required().forEach(part -> parts.add(query(part)));
    all.excluded().forEach(part -> parts.add("!" + query(part)));
    return "(" + String.join(" & ", parts) + ")";
  }

  /**
   * The tsquery by which results are ranked: the first terms, because each of them is expensive.
   */
  static String rankedTerms(TextQuery query) {
    List<String> terms = new ArrayList<>();
    collect(query, terms);
    return terms.stream().distinct().limit(RANKED_TERMS_MAX).collect(Collectors.joining(" | "));
  }

  private static void collect(TextQuery query, List<String> terms) {
    if (query instanceof TextQuery.AllOf all) {
      all.required().forEach(part -> collect(part, terms));
    } else if (query instanceof TextQuery.AnyOf any) {
      any.queries().forEach(part -> collect(part, terms));
    } else if (query instanceof TextQuery.Phrase phrase) {
      phrase.words().forEach(word -> terms.add(quoted(word.term())));
    } else {
      terms.add(query(query));
    }
  }

  private static String phrase(List<TextQuery.Word> words) {
    StringBuilder phrase = new StringBuilder("(");
    int last = 0;
    for (TextQuery.Word word : words) {
      if (phrase.length() > 1) {
        phrase.append(" <").append(word.position() - last).append("> ");
      }
      phrase.append(quoted(word.term()));
      last = word.position();
    }
    return phrase.append(')').toString();
  }

  /** The tsquery of the text, the scope and the roles of a query. */
  static String scopedQuery(SearchQuery query) {
    List<String> parts = new ArrayList<>();
    parts.add(query(query.text()));
    SearchQuery.Scope scope = query.scope();
    if (scope.agentId() != null) {
      parts.add(quoted(agent(scope.agentId())));
    }
    if (scope.sessionId() != null) {
      parts.add(quoted(session(scope.sessionId())));
    }
    if (scope.owner() != null) {
      parts.add(quoted(owner(scope.owner())));
    }
    if (scope.user() != null) {
      parts.add(quoted(user(scope.user())));
    }
    if (!query.roles().isEmpty()) {
      parts.add(
          query.roles().stream()
              .map(each -> quoted(role(each)))
              .collect(Collectors.joining(" | ", "(", ")")));
    }
    return String.join(" & ", parts);
  }

  private static String agent(UUID agentId) {
    return "=a" + agentId;
  }

  private static String session(UUID sessionId) {
    return "=s" + sessionId;
  }

  private static String owner(String owner) {
    return "=o" + owner;
  }

  private static String user(String user) {
    return "=u" + user;
  }

  private static String role(Role role) {
    return "=r" + role.name();
  }

  private static String quoted(String lexeme) {
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'";
  }
}
