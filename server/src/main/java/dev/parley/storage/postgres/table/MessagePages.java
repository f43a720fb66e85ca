package dev.parley.storage.postgres.table;

import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import dev.parley.storage.query.MessageLookup;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.rules.MessageIds;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a session with a page of its messages, both with one statement. */
public final class MessagePages {
  private static final Sql NEWEST_FIRST = list("<", "DESC", "");
  private static final Sql OLDEST_FIRST = list(">", "ASC", "");
  private static final Sql NEWEST_OF_RUNS_FIRST = list("<", "DESC", " AND run_id = ANY (?)");
  private static final Sql OLDEST_OF_RUNS_FIRST = list(">", "ASC", " AND run_id = ANY (?)");

  /** Looks up each message by its index, regardless of the planner's statistics. */
  private static final Sql FIND =
      page(
          """
          SELECT %s
          FROM (
            SELECT DISTINCT named.sequence AS place
            FROM unnest(?::text[], ?::bigint[]) AS wanted (message_id, sequence)
            CROSS JOIN LATERAL (
              SELECT sequence
              FROM message
              WHERE agent_id = ? AND session_id = ? AND message_id = wanted.message_id
                AND %s
              UNION ALL
              SELECT sequence
              FROM message
              WHERE agent_id = ? AND session_id = ? AND sequence = wanted.sequence
                AND (wanted.message_id IS NULL OR message_id = wanted.message_id)
              LIMIT 1
            ) AS named
          ) AS found
          CROSS JOIN LATERAL (
            SELECT %s
            FROM message
            WHERE agent_id = ? AND session_id = ? AND sequence = found.place
            LIMIT 1
          ) AS stored
          """
              .formatted(MessageTable.COLUMNS, MessageTable.ID_INDEXED, MessageTable.COLUMNS),
          "ASC");

  private MessagePages() {}

  private static Sql list(String after, String order, String condition) {
    return page(
        """
        SELECT %s
        FROM message
        WHERE agent_id = ? AND session_id = ? AND sequence %s ? AND role = ANY (?)
          AND (delete_time IS NULL OR ?)%s
        ORDER BY sequence %s
        LIMIT ?
        """
            .formatted(MessageTable.COLUMNS, after, condition, order),
        order);
  }

  /** The session, followed by those of the candidates that fit into a page. */
  private static Sql page(String candidates, String order) {
    return SessionTable.FIND.thenCommit(
        Sql.ofAgent(
            """
            SELECT %1$s, found
            FROM (
              SELECT %1$s,
                row_number() OVER earlier AS place,
                count(*) OVER () AS found,
                sum(octet_length(content) + octet_length(metadata) + octet_length(message_id)
                  + coalesce(octet_length(run_id), 0) + %4$d) OVER earlier AS bytes
              FROM (
            %2$s
              ) AS candidate
              WINDOW earlier AS (ORDER BY sequence %3$s ROWS UNBOUNDED PRECEDING)
            ) AS counted
            WHERE place <= ? AND (bytes <= ? OR place = 1)
            ORDER BY sequence %3$s
            """
                .formatted(
                    MessageTable.COLUMNS,
                    candidates.strip().indent(4).stripTrailing(),
                    order,
                    Message.FIXED_BYTES)));
  }

  public static Optional<MessagePage> list(ReadTransaction transaction, MessageQuery query)
      throws SQLException {
    if (query.ref() instanceof SessionRef.ById ref) {
      return list(transaction, ref, query);
    }
    Session named = SessionTable.find(transaction, query.ref());
    if (named == null) {
      return Optional.empty();
    }
    return list(transaction, new SessionRef.ById(named.agentId(), named.sessionId(), null), query);
  }

  private static Optional<MessagePage> list(
      ReadTransaction transaction, SessionRef.ById ref, MessageQuery query) throws SQLException {
    Set<String> runIds = query.runIds();
    Sql sql =
        query.newestFirst()
            ? runIds == null ? NEWEST_FIRST : NEWEST_OF_RUNS_FIRST
            : runIds == null ? OLDEST_FIRST : OLDEST_OF_RUNS_FIRST;
    try (BoundStatement statement = transaction.statement(sql)) {
      statement
          .with(ref.agentId())
          .with(ref.sessionId())
          .with(ref.agentId())
          .with(ref.sessionId())
          .with(query.newestFirst() && query.after() == 0 ? Long.MAX_VALUE : query.after())
          .withSmallNumbers(numbers(query.roles()))
          .with(query.deleted());
      if (runIds != null) {
        statement.withTexts(runIds);
      }
      // One row more than the limit shows whether more messages follow.
      statement.with(query.limit() + 1L).with(query.limit()).with(query.bytesMax());
      return page(statement, ref);
    }
  }

  public static Optional<MessagePage> find(ReadTransaction transaction, MessageLookup lookup)
      throws SQLException {
    SessionRef.ById ref = lookup.ref();
    // The message with an id may be at the sequence with which the id ends.
    List<@Nullable String> ids = new ArrayList<>(lookup.messageIds());
    List<Long> sequences = new ArrayList<>();
    lookup.messageIds().forEach(id -> sequences.add(MessageIds.sequenceOf(id)));
    for (long sequence : lookup.sequences()) {
      ids.add(null);
      sequences.add(sequence);
    }
    try (BoundStatement statement = transaction.statement(FIND)) {
      statement
          .with(ref.agentId())
          .with(ref.sessionId())
          .withTexts(ids)
          .withNumbers(sequences)
          .with(ref.agentId())
          .with(ref.sessionId())
          .with(ref.agentId())
          .with(ref.sessionId())
          .with(ref.agentId())
          .with(ref.sessionId())
          .with(Integer.MAX_VALUE)
          .with(lookup.bytesMax());
      return page(statement, ref);
    }
  }

  private static Optional<MessagePage> page(BoundStatement statement, SessionRef.ById ref)
      throws SQLException {
    BoundStatement.Pair<Session, Found> found =
        statement.firstAndAll(SessionTable::map, Found::map);
    if (found == null || !ref.matches(found.first())) {
      return Optional.empty();
    }
    List<Message> messages = found.rows().stream().map(Found::message).toList();
    boolean more = !messages.isEmpty() && found.rows().get(0).count() > messages.size();
    return Optional.of(new MessagePage(found.first(), messages, more));
  }

  private static short[] numbers(Set<Role> roles) {
    short[] numbers = new short[roles.size()];
    int i = 0;
    for (Role role : roles) {
      numbers[i++] = (short) role.ordinal();
    }
    return numbers;
  }

  /**
   * A message of a page.
   *
   * @param count the number of candidates for the page
   */
  private record Found(Message message, long count) {
    static Found map(Row row) throws SQLException {
      return new Found(MessageTable.map(row), row.number());
    }
  }
}
