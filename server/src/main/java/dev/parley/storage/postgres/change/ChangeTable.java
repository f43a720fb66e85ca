package dev.parley.storage.postgres.change;

import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** The table {@code session_change}. */
public final class ChangeTable {
  private static final Change.Kind[] KINDS = Change.Kind.values();

  private static final String COLUMNS =
      "change_number, agent_id, session_id, kind, first_sequence, last_sequence, run_id, user_id";

  /**
   * Takes the next number, after the transaction has an id. {@link ChangeHorizon} needs this order.
   */
  private static final String NEXT_NUMBER =
      "CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('session_change_number') END";

  /** Adds entries without a run or user, for many agents at once. */
  public static final String INSERT_SOME =
      """
      INSERT INTO session_change
        (agent_id, change_number, session_id, kind, first_sequence, last_sequence)
      SELECT agent_id, %s, session_id, kind, first_sequence, last_sequence
      FROM unnest(?::uuid[], ?::uuid[], ?::smallint[], ?::bigint[], ?::bigint[])
        AS changed (agent_id, session_id, kind, first_sequence, last_sequence)
      """
          .formatted(NEXT_NUMBER);

  private static final Sql INSERT =
      Sql.ofAgent(
          """
          INSERT INTO session_change
            (agent_id, change_number, session_id, kind, first_sequence, last_sequence, run_id,
              user_id)
          VALUES (?, %s, ?, ?, ?, ?, ?, ?)
          """
              .formatted(NEXT_NUMBER));

  private static final Sql LIST =
      Sql.ofAgent(
          """
          SELECT %s
          FROM session_change
          WHERE agent_id = ? AND change_number > ? AND change_number <= ?
          ORDER BY change_number
          LIMIT ?
          """
              .formatted(COLUMNS));

  /** Reads a page of each agent from its index and merges them. */
  private static final Sql LIST_OF_AGENTS =
      Sql.ofAgents(
          """
          SELECT %1$s
          FROM unnest(?::uuid[]) AS wanted (id)
          CROSS JOIN LATERAL (
            SELECT %1$s
            FROM session_change
            WHERE agent_id = wanted.id AND change_number > ? AND change_number <= ?
            ORDER BY change_number
            LIMIT ?
          ) AS listed
          ORDER BY change_number
          LIMIT ?
          """
              .formatted(COLUMNS));

  private ChangeTable() {}

  /** Adds entries, in their order, to sessions that this transaction has locked or created. */
  public static void add(Connection connection, List<Change> changes) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, INSERT)) {
      for (Change change : changes) {
        statement
            .with(change.agentId())
            .with(change.sessionId())
            .with(change.kind().ordinal())
            .with(change.firstSequence())
            .with(change.lastSequence())
            .withText(change.runId())
            .withText(change.user())
            .addToBatch();
      }
      statement.runBatch();
    }
  }

  /** Adds one entry, to a session that this transaction has locked or created. */
  public static void add(Connection connection, Change change) throws SQLException {
    add(connection, List.of(change));
  }

  /** Binds the parameters of {@link #INSERT_SOME}. */
  public static void bind(BoundStatement statement, List<Change> changes) throws SQLException {
    int count = changes.size();
    List<UUID> agentIds = new ArrayList<>(count);
    List<UUID> sessionIds = new ArrayList<>(count);
    short[] kinds = new short[count];
    long[] first = new long[count];
    long[] last = new long[count];
    for (Change change : changes) {
      int i = agentIds.size();
      agentIds.add(change.agentId());
      sessionIds.add(change.sessionId());
      kinds[i] = (short) change.kind().ordinal();
      first[i] = change.firstSequence();
      last[i] = change.lastSequence();
    }
    statement
        .withIds(agentIds)
        .withIds(sessionIds)
        .withSmallNumbers(kinds)
        .withNumbers(first)
        .withNumbers(last);
  }

  /**
   * Lists entries by number.
   *
   * @param after only entries after this number
   * @param last only entries up to this number
   * @param distributed whether each agent needs its own statement
   */
  static List<Change> list(
      ReadTransaction transaction, ChangeQuery query, long after, long last, boolean distributed)
      throws SQLException {
    int limit = query.limit();
    if (query.agentIds().size() > 1 && !distributed) {
      try (BoundStatement statement = transaction.statement(LIST_OF_AGENTS)) {
        statement.withIds(query.agentIds()).with(after).with(last).with(limit).with(limit);
        return statement.all(ChangeTable::map);
      }
    }
    List<Change> changes = new ArrayList<>();
    for (UUID agentId : query.agentIds()) {
      try (BoundStatement statement = transaction.statement(LIST)) {
        statement.with(agentId).with(after).with(last).with(limit);
        changes.addAll(statement.all(ChangeTable::map));
      }
      changes.sort(Comparator.comparing(Change::position));
      changes.subList(Math.min(limit, changes.size()), changes.size()).clear();
    }
    return changes;
  }

  private static Change map(Row row) throws SQLException {
    return new Change(
        new ChangePosition(row.number()),
        row.id(),
        row.id(),
        KINDS[(int) row.number()],
        row.number(),
        row.number(),
        row.textOrNull(),
        row.textOrNull());
  }
}
