package dev.parley.storage.postgres.table;

import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.rules.Micros;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The table {@code message}. */
public final class MessageTable {
  private static final Role[] ROLES = Role.values();

  public static final String COLUMNS =
      "sequence, message_id, role, blocks, content, run_id, metadata, create_time";

  /** Joins the existing sessions, so that the statement runs on the agent's shard. */
  public static final Sql INSERT =
      Sql.ofAgent(
          """
          INSERT INTO message (agent_id, session_id, %1$s)
          SELECT session.agent_id, session.session_id, %2$s
          FROM unnest(?::uuid[], ?::bigint[], ?::text[], ?::smallint[], ?::boolean[], ?::bytea[],
              ?::text[], ?::text[], ?::bigint[])
            AS fresh (session_id, %1$s)
          JOIN session ON session.session_id = fresh.session_id
          WHERE session.agent_id = ? AND session.session_id = ANY (?)
          """
              .formatted(COLUMNS, "fresh." + COLUMNS.replace(", ", ", fresh.")));

  /** Looks up each message by its index, regardless of the planner's statistics. */
  private static final Sql FIND =
      Sql.ofAgent(
          """
          SELECT wanted.session_id, %2$s
          FROM unnest(?::uuid[], ?::text[]) AS wanted (session_id, message_id)
          CROSS JOIN LATERAL (
            SELECT %1$s
            FROM message
            WHERE agent_id = ? AND session_id = wanted.session_id
              AND message_id = wanted.message_id
            LIMIT 1
          ) AS stored
          """
              .formatted(COLUMNS, "stored." + COLUMNS.replace(", ", ", stored.")));

  private static final Sql DELETE =
      Sql.ofAgent(
          """
          DELETE FROM message
          WHERE agent_id = ? AND session_id = ? AND sequence <= ?
          """);

  /** The number of rows to delete per statement, to stay far below the statement timeout. */
  private static final long DELETED_AT_ONCE = 10_000;

  private static final Sql NEWEST_FIRST = page("<", "DESC", "");
  private static final Sql OLDEST_FIRST = page(">", "ASC", "");
  private static final Sql NEWEST_OF_RUNS_FIRST = page("<", "DESC", " AND run_id = ANY (?)");
  private static final Sql OLDEST_OF_RUNS_FIRST = page(">", "ASC", " AND run_id = ANY (?)");

  private MessageTable() {}

  /** The session, followed by a page of its messages with a size limit. */
  private static Sql page(String after, String order, String condition) {
    return SessionTable.FIND.thenCommit(
        Sql.ofAgent(
            """
            SELECT %1$s, found
            FROM (
              SELECT %1$s,
                row_number() OVER earlier AS place,
                count(*) OVER () AS found,
                sum(octet_length(content) + octet_length(metadata) + octet_length(message_id)
                  + coalesce(octet_length(run_id), 0) + %5$d) OVER earlier AS bytes
              FROM (
                SELECT %1$s
                FROM message
                WHERE agent_id = ? AND session_id = ? AND sequence %2$s ? AND role = ANY (?)%4$s
                ORDER BY sequence %3$s
                LIMIT ?
              ) AS candidate
              WINDOW earlier AS (ORDER BY sequence %3$s ROWS UNBOUNDED PRECEDING)
            ) AS counted
            WHERE place <= ? AND (bytes <= ? OR place = 1)
            ORDER BY sequence %3$s
            """
                .formatted(COLUMNS, after, order, condition, Message.FIXED_BYTES)));
  }

  public static Optional<MessagePage> list(ReadTransaction transaction, MessageQuery query)
      throws SQLException {
    if (query.ref() instanceof SessionRef.ById ref) {
      return list(transaction, ref, query).filter(page -> ref.matches(page.session()));
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
          .withSmallNumbers(numbers(query.roles()));
      if (runIds != null) {
        statement.withTexts(runIds);
      }
      // One row more than the limit shows whether more messages follow.
      statement.with(query.limit() + 1L).with(query.limit()).with(query.bytesMax());
      BoundStatement.Pair<Session, Found> found =
          statement.firstAndAll(SessionTable::map, Found::map);
      if (found == null) {
        return Optional.empty();
      }
      List<Message> messages = found.rows().stream().map(Found::message).toList();
      boolean more = !messages.isEmpty() && found.rows().get(0).count() > messages.size();
      return Optional.of(new MessagePage(found.first(), messages, more));
    }
  }

  /** Adds the requested messages that exist to {@code found}, by session and message id. */
  public static void find(
      Connection connection,
      UUID agentId,
      Map<UUID, ? extends Collection<String>> wanted,
      Map<UUID, Map<String, Message>> found)
      throws SQLException {
    List<UUID> sessionIds = new ArrayList<>();
    List<String> messageIds = new ArrayList<>();
    wanted.forEach(
        (sessionId, ids) ->
            ids.forEach(
                id -> {
                  sessionIds.add(sessionId);
                  messageIds.add(id);
                }));
    try (BoundStatement statement = new BoundStatement(connection, FIND)) {
      statement.withIds(sessionIds).withTexts(messageIds).with(agentId);
      statement.all(
          row -> {
            UUID sessionId = row.id();
            Message message = map(row);
            return found
                .computeIfAbsent(sessionId, id -> new HashMap<>())
                .put(message.draft().messageId(), message);
          });
    }
  }

  /** Binds the parameters of {@link #INSERT}. */
  public static void bind(BoundStatement statement, UUID agentId, Map<UUID, List<Message>> fresh)
      throws SQLException {
    bindRows(statement, agentId, fresh);
    statement.withIds(fresh.keySet());
  }

  /** Binds the messages in the order of the columns, followed by the agent. */
  static void bindRows(BoundStatement statement, UUID agentId, Map<UUID, List<Message>> fresh)
      throws SQLException {
    int count = fresh.values().stream().mapToInt(List::size).sum();
    List<UUID> sessionIds = new ArrayList<>(count);
    long[] sequences = new long[count];
    List<String> messageIds = new ArrayList<>(count);
    short[] roles = new short[count];
    boolean[] blocks = new boolean[count];
    byte[][] contents = new byte[count][];
    List<String> runIds = new ArrayList<>(count);
    List<String> metadata = new ArrayList<>(count);
    long[] times = new long[count];
    for (Map.Entry<UUID, List<Message>> ofSession : fresh.entrySet()) {
      for (Message message : ofSession.getValue()) {
        int i = sessionIds.size();
        Message.Draft draft = message.draft();
        sessionIds.add(ofSession.getKey());
        sequences[i] = message.sequence();
        messageIds.add(draft.messageId());
        roles[i] = (short) draft.role().ordinal();
        blocks[i] = draft.content().isBlocks();
        contents[i] = draft.content().utf8();
        runIds.add(draft.runId());
        metadata.add(
            draft.metadata().equals(Json.EMPTY_OBJECT) ? "{}" : draft.metadata().toString());
        times[i] = Micros.of(message.createTime());
      }
    }
    statement
        .withIds(sessionIds)
        .withNumbers(sequences)
        .withTexts(messageIds)
        .withSmallNumbers(roles)
        .withFlags(blocks)
        .withBytes(contents)
        .withTexts(runIds)
        .withTexts(metadata)
        .withNumbers(times)
        .with(agentId);
  }

  /** Deletes the messages of a locked session. */
  public static void delete(Connection connection, Session session) throws SQLException {
    long head = session.headSequence();
    for (long last = 0; last < head; ) {
      last = Math.min(last + DELETED_AT_ONCE, head);
      try (BoundStatement statement = new BoundStatement(connection, DELETE)) {
        statement.with(session.agentId()).with(session.sessionId()).with(last).update();
      }
    }
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
   * @param count the number of candidates for the page, at most the limit plus one
   */
  private record Found(Message message, long count) {
    static Found map(Row row) throws SQLException {
      return new Found(MessageTable.map(row), row.number());
    }
  }

  private static Message map(Row row) throws SQLException {
    long sequence = row.number();
    String messageId = row.text();
    Role role = ROLES[(int) row.number()];
    boolean blocks = row.flag();
    byte[] bytes = row.bytes();
    Content content = blocks ? Content.blocks(Json.ofUtf8(bytes)) : Content.textUtf8(bytes);
    return new Message(
        sequence,
        new Message.Draft(messageId, role, content, row.textOrNull(), row.json()),
        row.time());
  }
}
