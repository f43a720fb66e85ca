package dev.parley.storage.postgres.list;

import dev.parley.model.Run;
import dev.parley.model.lease.Leases;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.table.LeaseColumns;
import dev.parley.storage.postgres.table.RunTable;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import dev.parley.storage.rules.Micros;
import dev.parley.storage.run.AgentRunQuery;
import dev.parley.storage.run.RunPosition;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Lists runs of one or of several agents by state. On a distributed database, each agent has its
 * own statement, so that the statement runs on one shard.
 */
public final class RunLists {
  /** Few, because a run can have more than 1 MiB. */
  private static final int ROWS_AT_ONCE = 32;

  private static final RunPosition START =
      new RunPosition(Micros.toInstant(Long.MAX_VALUE), new UUID(0, 0), 0);
  private static final Comparator<Run> NEWEST_FIRST =
      Comparator.comparing(RunPosition::of, RunPosition.NEWEST_FIRST);

  private static final Sql PAGE =
      Sql.ofAgent(page("unnest(?::smallint[]) AS wanted (state)", "?", "?"));
  private static final Sql PAGE_OF_AGENTS =
      Sql.ofAgents(
          page(
              "unnest(?::uuid[]) AS asked (agent_id) CROSS JOIN unnest(?::smallint[])"
                  + " AS wanted (state)",
              "asked.agent_id",
              "entry.agent_id"));

  private RunLists() {}

  /**
   * Reads a page of each agent and state from the index and merges them. The limit is in the
   * lateral query, so that the planner chooses the index by the entries that it reads, and not by
   * its estimate of the join. Runs of a session that is being copied have no session yet.
   */
  private static String page(String agentsAndStates, String agent, String agentOfEntry) {
    return """
    SELECT %1$s, session.session_id IS NOT NULL, session.last_fence, session.leases
    FROM (
      SELECT found.*
      FROM %2$s
      CROSS JOIN LATERAL (
        SELECT run.agent_id, run.session_id, run.run_number, run.create_time
        FROM run
        WHERE run.agent_id = %3$s AND run.state = wanted.state AND run.create_time <= ?
          AND (run.create_time < ? OR run.session_id > ?
            OR (run.session_id = ? AND run.run_number < ?))
        ORDER BY run.create_time DESC, run.session_id, run.run_number DESC
        LIMIT ?
      ) AS found
      ORDER BY found.create_time DESC, found.session_id, found.run_number DESC
      LIMIT ?
    ) AS entry
    JOIN run ON run.agent_id = %4$s AND run.session_id = entry.session_id
      AND run.run_number = entry.run_number
    LEFT JOIN session ON session.agent_id = %4$s AND session.session_id = entry.session_id
    ORDER BY entry.create_time DESC, entry.session_id, entry.run_number DESC
    """
        .formatted(
            "run." + RunTable.COLUMNS.replace(", ", ", run."),
            agentsAndStates,
            agent,
            agentOfEntry);
  }

  /** A row of a page. */
  private record Found(Run run, boolean hasSession) {}

  /**
   * Reads a page.
   *
   * @param distributed whether each agent needs its own statement
   */
  public static List<Run> list(
      ReadTransaction transaction, boolean distributed, AgentRunQuery query) throws SQLException {
    List<UUID> agents = SessionLists.agents(transaction, query.agents());
    if (agents.size() > 1 && !distributed) {
      return page(transaction, agents, query);
    }
    List<Run> runs = new ArrayList<>();
    int read = 0;
    for (UUID agentId : agents) {
      runs.addAll(page(transaction, List.of(agentId), query));
      if (++read > 1) {
        runs.sort(NEWEST_FIRST);
        trim(runs, query);
      }
    }
    return runs;
  }

  /** Reads on after rows without a session, so that a page is short only at the end. */
  private static List<Run> page(ReadTransaction transaction, List<UUID> agents, AgentRunQuery query)
      throws SQLException {
    List<Run> runs = new ArrayList<>();
    long[] bytes = {0};
    RunPosition[] last = {query.after() == null ? START : query.after()};
    int[] read = {0};
    int asked;
    do {
      asked = query.limit() - runs.size();
      read[0] = 0;
      try (BoundStatement statement = transaction.statement(sql(agents))) {
        bind(statement, agents, query.states(), last[0], asked)
            .forEachRow(
                ROWS_AT_ONCE,
                RunLists::map,
                found -> {
                  read[0]++;
                  last[0] = RunPosition.of(found.run());
                  if (found.hasSession()) {
                    runs.add(found.run());
                    bytes[0] += found.run().bytes();
                  }
                  return bytes[0] <= query.bytesMax();
                });
      }
    } while (read[0] == asked && runs.size() < query.limit() && bytes[0] <= query.bytesMax());
    return runs;
  }

  static Sql sql(List<UUID> agents) {
    return agents.size() == 1 ? PAGE : PAGE_OF_AGENTS;
  }

  static BoundStatement bind(
      BoundStatement statement,
      List<UUID> agents,
      Set<Run.State> states,
      RunPosition after,
      int limit)
      throws SQLException {
    UUID one = agents.size() == 1 ? agents.get(0) : null;
    if (one == null) {
      statement.withIds(agents);
    }
    statement.withSmallNumbers(numbers(states));
    if (one != null) {
      statement.with(one);
    }
    statement
        .with(after.createTime())
        .with(after.createTime())
        .with(after.sessionId())
        .with(after.sessionId())
        .with(after.number())
        .with(limit)
        .with(limit);
    return one == null ? statement : statement.with(one).with(one);
  }

  private static short[] numbers(Set<Run.State> states) {
    short[] numbers = new short[states.size()];
    int i = 0;
    for (Run.State state : states) {
      numbers[i++] = (short) state.ordinal();
    }
    return numbers;
  }

  private static Found map(Row row) throws SQLException {
    Run run = RunTable.map(row);
    boolean hasSession = row.flag();
    Leases leases = LeaseColumns.map(row);
    return new Found(run.withLease(leases.of(run.runId())), hasSession);
  }

  private static void trim(List<Run> runs, AgentRunQuery query) {
    long bytes = 0;
    int count = 0;
    while (count < runs.size() && count < query.limit() && bytes <= query.bytesMax()) {
      bytes += runs.get(count++).bytes();
    }
    runs.subList(count, runs.size()).clear();
  }
}
