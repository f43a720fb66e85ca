package dev.parley.storage.postgres.search;

import dev.parley.model.Session;
import dev.parley.search.IndexedMessage;
import dev.parley.search.SearchHit;
import dev.parley.search.SearchIndex.Coverage;
import dev.parley.search.SearchOrder;
import dev.parley.search.SearchQuery;
import dev.parley.storage.live.SessionId;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code message_search}. */
final class SearchTable {
  private static final UUID FIRST_ID = new UUID(0, 0);
  private static final UUID LAST_ID = new UUID(-1, -1);
  private static final Instant LAST_TIME = Instant.parse("+10000-01-01T00:00:00Z");

  /** Adds the lexeme of the user here, because the row of the session has the present user. */
  private static final Sql ADD =
      Sql.ofAgent(
          """
          INSERT INTO message_search
            (agent_id, session_id, sequence, user_id, create_time, words)
          SELECT session.agent_id, session.session_id, added.sequence, session.user_id,
            added.create_time,
            added.words::tsvector
              || CASE WHEN session.user_id IS NULL THEN ''::tsvector
                 ELSE array_to_tsvector(ARRAY['=u' || session.user_id]) END
          FROM unnest(?, ?, ?, ?) AS added (session_id, sequence, create_time, words)
          JOIN session ON session.agent_id = ? AND session.session_id = added.session_id
          WHERE session.archive_time IS NULL
          ON CONFLICT (agent_id, session_id, sequence) DO NOTHING
          """);

  private static final Sql REMOVE_MESSAGE =
      Sql.ofAgent(
          "DELETE FROM message_search WHERE agent_id = ? AND session_id = ? AND sequence = ?");

  private static final Sql REMOVE_SESSION =
      Sql.ofAgent("DELETE FROM message_search WHERE agent_id = ? AND session_id = ?");

  private static final Sql REMOVE_AGENT =
      Sql.ofAgent("DELETE FROM message_search WHERE agent_id = ?");

  private static final Sql CLEAR = Sql.everywhere("DELETE FROM message_search");

  private static final Sql COVERAGE =
      Sql.ofAgent(
          """
          SELECT asked.session_id, count(*),
            count(*) FILTER (WHERE message_search.user_id IS NOT DISTINCT FROM asked.user_id),
            min(message_search.sequence), max(message_search.sequence)
          FROM unnest(?, ?) AS asked (session_id, user_id)
          JOIN message_search
            ON message_search.agent_id = ? AND message_search.session_id = asked.session_id
          GROUP BY asked.session_id
          """);

  private static final Sql SESSIONS =
      Sql.everywhere(
          """
          SELECT DISTINCT agent_id, session_id
          FROM message_search
          WHERE (agent_id, session_id) > (?, ?)
          ORDER BY agent_id, session_id
          LIMIT ?
          """);

  private static final String SEARCH =
      """
      SELECT agent_id, session_id, sequence, create_time, score
      FROM (
        SELECT agent_id, session_id, sequence, create_time, %s AS score
        FROM message_search
        WHERE words @@ ?::tsquery %s AND create_time >= ? AND create_time < ?
      ) AS found
      WHERE (score, create_time, session_id, sequence) < (?::real, ?, ?, ?)
      ORDER BY score DESC, create_time DESC, session_id DESC, sequence DESC
      LIMIT ?
      """;

  private static final String SCORE = "ts_rank(words, ?::tsquery)";
  private static final String NO_SCORE = "0::real";
  private static final String OF_AGENT = "AND agent_id = ?";
  private static final Sql BEST_OF_AGENT = Sql.ofAgent(SEARCH.formatted(SCORE, OF_AGENT));
  private static final Sql NEWEST_OF_AGENT = Sql.ofAgent(SEARCH.formatted(NO_SCORE, OF_AGENT));
  private static final Sql BEST = Sql.everywhere(SEARCH.formatted(SCORE, ""));
  private static final Sql NEWEST = Sql.everywhere(SEARCH.formatted(NO_SCORE, ""));

  private SearchTable() {}

  /**
   * Adds messages, if their sessions are still active, with the present users of the sessions.
   *
   * @param withoutText whether searches do not find the text of the messages
   */
  static int add(Connection connection, List<IndexedMessage> messages, boolean withoutText)
      throws SQLException {
    Map<UUID, List<IndexedMessage>> byAgent = new LinkedHashMap<>();
    for (IndexedMessage message : messages) {
      byAgent.computeIfAbsent(message.session().agentId(), agent -> new ArrayList<>()).add(message);
    }
    try (BoundStatement statement = new BoundStatement(connection, ADD)) {
      for (Map.Entry<UUID, List<IndexedMessage>> agent : byAgent.entrySet()) {
        List<IndexedMessage> added = agent.getValue();
        statement
            .withIds(added.stream().map(each -> each.session().sessionId()).toList())
            .withNumbers(added.stream().map(each -> each.message().sequence()).toList())
            .withTimes(added.stream().map(each -> each.message().createTime()).toList())
            .withTexts(added.stream().map(each -> Lexemes.vector(each, withoutText)).toList())
            .with(agent.getKey())
            .addToBatch();
      }
      return statement.runBatch();
    }
  }

  static int remove(Connection connection, SessionId session, long sequence) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, REMOVE_MESSAGE)) {
      return statement.with(session.agentId()).with(session.sessionId()).with(sequence).update();
    }
  }

  static int remove(Connection connection, SessionId session) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, REMOVE_SESSION)) {
      return statement.with(session.agentId()).with(session.sessionId()).update();
    }
  }

  static int removeAgent(Connection connection, UUID agentId) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, REMOVE_AGENT)) {
      return statement.with(agentId).update();
    }
  }

  static int clear(Connection connection) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, CLEAR)) {
      return statement.update();
    }
  }

  static List<Coverage> coverage(Connection connection, List<Session> sessions)
      throws SQLException {
    if (sessions.isEmpty()) {
      return List.of();
    }
    Map<UUID, Coverage> found = new HashMap<>();
    try (BoundStatement statement = new BoundStatement(connection, COVERAGE)) {
      statement
          .withIds(sessions.stream().map(Session::sessionId).toList())
          .withTexts(sessions.stream().map(session -> session.profile().user()).toList())
          .with(sessions.get(0).agentId())
          .all(
              row ->
                  found.put(
                      row.id(),
                      new Coverage(row.number(), row.number(), row.number(), row.number())));
    }
    return sessions.stream()
        .map(session -> found.getOrDefault(session.sessionId(), Coverage.NONE))
        .toList();
  }

  static List<SessionId> sessions(Connection connection, @Nullable SessionId after, int limit)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, SESSIONS)) {
      return statement
          .with(after == null ? FIRST_ID : after.agentId())
          .with(after == null ? FIRST_ID : after.sessionId())
          .with(limit)
          .all(row -> new SessionId(row.id(), row.id()));
    }
  }

  static List<SearchHit> search(ReadTransaction transaction, SearchQuery query)
      throws SQLException {
    boolean byScore = query.order() == SearchOrder.BEST_FIRST;
    UUID agentId = query.scope().agentId();
    Sql sql = agentId == null ? byScore ? BEST : NEWEST : byScore ? BEST_OF_AGENT : NEWEST_OF_AGENT;
    SearchHit.Position after = query.after();
    try (BoundStatement statement = transaction.statement(sql)) {
      if (byScore) {
        statement.withText(Lexemes.rankedTerms(query.text()));
      }
      statement.withText(Lexemes.scopedQuery(query));
      if (agentId != null) {
        statement.with(agentId);
      }
      return statement
          .with(query.from() == null ? Instant.EPOCH : query.from())
          .with(query.until() == null ? LAST_TIME : query.until())
          .with(after == null ? Float.MAX_VALUE : byScore ? after.score() : 0)
          .with(after == null ? LAST_TIME : after.createTime())
          .with(after == null ? LAST_ID : after.sessionId())
          .with(after == null ? Long.MAX_VALUE : after.sequence())
          .with(query.limit())
          .all(SearchTable::hit);
    }
  }

  private static SearchHit hit(Row row) throws SQLException {
    SessionId session = new SessionId(row.id(), row.id());
    long sequence = row.number();
    Instant time = row.time();
    return new SearchHit(session, sequence, row.real(), time);
  }
}
