package dev.parley.storage.postgres.table;

import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.rules.MessageIds;
import dev.parley.storage.rules.Micros;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The table {@code message}. {@link MessagePages} reads pages of it. */
public final class MessageTable {
  private static final Role[] ROLES = Role.values();

  /** The columns that appends write. */
  static final String APPENDED =
      "sequence, message_id, role, blocks, content, run_id, metadata, create_time,"
          + " client_time";

  public static final String COLUMNS = APPENDED + ", delete_time";

  /** Joins the existing sessions, so that the statement runs on the agent's shard. */
  public static final Sql INSERT =
      Sql.ofAgent(
          """
          INSERT INTO message (agent_id, session_id, %1$s)
          SELECT session.agent_id, session.session_id, %2$s
          FROM unnest(?::uuid[], ?::bigint[], ?::text[], ?::smallint[], ?::boolean[], ?::bytea[],
              ?::text[], ?::text[], ?::bigint[], ?::bigint[])
            AS appended (session_id, %1$s)
          JOIN session ON session.session_id = appended.session_id
          WHERE session.agent_id = ? AND session.session_id = ANY (?)
          """
              .formatted(APPENDED, "appended." + APPENDED.replace(", ", ", appended.")));

  /**
   * The condition of the index of message ids, which is the same in the migration: the id does not
   * end with the sequence. {@link MessageIds} has the rule.
   */
  static final String ID_INDEXED = "right(message_id, 12) <> lpad(to_hex(sequence), 12, '0')";

  /** Looks up each message by its index, regardless of the planner's statistics. */
  static final Sql FIND =
      Sql.ofAgent(
          """
          SELECT wanted.session_id, %s
          FROM unnest(?::uuid[], ?::text[], ?::bigint[])
            AS wanted (session_id, message_id, sequence)
          CROSS JOIN LATERAL (
          %s
          ) AS stored
          """
              .formatted(stored(), byId("?")));

  private static final Sql DELETE_CONTENT =
      Sql.ofAgent(
          """
          UPDATE message
          SET blocks = false, content = '', metadata = '{}', delete_time = ?
          WHERE agent_id = ? AND session_id = ? AND sequence = ? AND delete_time IS NULL
          RETURNING %s
          """
              .formatted(COLUMNS));

  private static final Sql DELETE =
      Sql.ofAgent(
          """
          DELETE FROM message
          WHERE agent_id = ? AND session_id = ? AND sequence <= ?
          """);

  /** The number of rows to delete per statement, to stay far below the statement timeout. */
  private static final long DELETED_AT_ONCE = 10_000;

  private MessageTable() {}

  /** The columns of the message that {@link #byId} finds. */
  static String stored() {
    return "stored." + COLUMNS.replace(", ", ", stored.");
  }

  /** Selects the message with the id of the row {@code wanted}. */
  static String byId(String agentId) {
    return """
      SELECT %1$s
      FROM message
      WHERE agent_id = %2$s AND session_id = wanted.session_id
        AND message_id = wanted.message_id AND %3$s
      UNION ALL
      SELECT %1$s
      FROM message
      WHERE agent_id = %2$s AND session_id = wanted.session_id
        AND message_id = wanted.message_id AND sequence = wanted.sequence
      LIMIT 1
    """
        .formatted(COLUMNS, agentId, ID_INDEXED)
        .stripTrailing();
  }

  /** Passes the requested messages that exist to {@code found}, with their sessions. */
  public static void find(
      Connection connection,
      UUID agentId,
      Map<UUID, ? extends Collection<String>> wanted,
      BiConsumer<UUID, Message> found)
      throws SQLException {
    List<UUID> sessionIds = new ArrayList<>();
    List<String> messageIds = new ArrayList<>();
    List<Long> sequences = new ArrayList<>();
    wanted.forEach(
        (sessionId, ids) ->
            ids.forEach(
                id -> {
                  sessionIds.add(sessionId);
                  messageIds.add(id);
                  sequences.add(MessageIds.sequenceOf(id));
                }));
    try (BoundStatement statement = new BoundStatement(connection, FIND)) {
      statement
          .withIds(sessionIds)
          .withTexts(messageIds)
          .withNumbers(sequences)
          .with(agentId)
          .with(agentId);
      statement.all(
          row -> {
            UUID sessionId = row.id();
            Message message = map(row);
            found.accept(sessionId, message);
            return message;
          });
    }
  }

  /** Binds the parameters of {@link #INSERT}. */
  public static void bind(BoundStatement statement, UUID agentId, Map<UUID, List<Message>> messages)
      throws SQLException {
    bindRows(statement, messages);
    statement.with(agentId).withIds(messages.keySet());
  }

  /** Binds the messages, as an array for the session and for each of {@link #APPENDED}. */
  static void bindRows(BoundStatement statement, Map<UUID, List<Message>> messages)
      throws SQLException {
    int count = messages.values().stream().mapToInt(List::size).sum();
    List<UUID> sessionIds = new ArrayList<>(count);
    long[] sequences = new long[count];
    List<String> messageIds = new ArrayList<>(count);
    short[] roles = new short[count];
    boolean[] blocks = new boolean[count];
    byte[][] contents = new byte[count][];
    List<String> runIds = new ArrayList<>(count);
    List<String> metadata = new ArrayList<>(count);
    long[] times = new long[count];
    List<@Nullable Long> clientTimes = new ArrayList<>(count);
    for (Map.Entry<UUID, List<Message>> ofSession : messages.entrySet()) {
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
        clientTimes.add(draft.clientTime() == null ? null : Micros.of(draft.clientTime()));
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
        .withNumbers(clientTimes);
  }

  /**
   * Deletes the content and metadata of a message of a locked session. Returns the deleted message;
   * null if there is none with this id, or if it is already deleted.
   */
  public static @Nullable Message deleteContent(
      Connection connection, Session session, String messageId, Instant time) throws SQLException {
    List<Message> stored = new ArrayList<>();
    find(
        connection,
        session.agentId(),
        Map.of(session.sessionId(), Set.of(messageId)),
        (sessionId, message) -> stored.add(message));
    if (stored.isEmpty()) {
      return null;
    }
    try (BoundStatement statement = new BoundStatement(connection, DELETE_CONTENT)) {
      return statement
          .with(time)
          .with(session.agentId())
          .with(session.sessionId())
          .with(stored.get(0).sequence())
          .first(MessageTable::map);
    }
  }

  /** Deletes the messages of a locked session. */
  public static void delete(Connection connection, Session session) throws SQLException {
    long head = session.headSequence();
    for (long last = session.counts().clearedSequence(); last < head; ) {
      last = Math.min(last + DELETED_AT_ONCE, head);
      try (BoundStatement statement = new BoundStatement(connection, DELETE)) {
        statement.with(session.agentId()).with(session.sessionId()).with(last).update();
      }
    }
  }

  static Message map(Row row) throws SQLException {
    long sequence = row.number();
    String messageId = row.text();
    Role role = ROLES[(int) row.number()];
    boolean blocks = row.flag();
    byte[] bytes = row.bytes();
    Content content = blocks ? Content.blocks(Json.ofUtf8(bytes)) : Content.textUtf8(bytes);
    String runId = row.textOrNull();
    Json metadata = row.json();
    Instant createTime = row.time();
    Instant clientTime = row.timeOrNull();
    return new Message(
        sequence,
        new Message.Draft(messageId, role, content, runId, metadata, clientTime),
        createTime,
        row.timeOrNull());
  }
}
