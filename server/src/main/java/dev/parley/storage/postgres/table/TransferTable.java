package dev.parley.storage.postgres.table;

import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.LabelText;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.rules.Micros;
import dev.parley.storage.transfer.StoredRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes rows of one agent's sessions as they are, many per statement. */
public final class TransferTable {
  private static final Sql PUT_MESSAGES =
      put(
          "message",
          "session_id, " + MessageTable.COLUMNS,
          "uuid, bigint, text, smallint, boolean, bytea, text, text, bigint, bigint, bigint",
          """
          ON CONFLICT (agent_id, session_id, sequence)
            DO UPDATE SET %s
          """
              .formatted(replaced(MessageTable.COLUMNS)));

  private static final String RUN_COLUMNS = RunTable.COLUMNS.replace("agent_id, ", "");

  private static final Sql PUT_RUNS =
      put(
          "run",
          RUN_COLUMNS,
          "uuid, bigint, text, smallint, text, text, text, text, text, bigint, bigint, bigint,"
              + " bigint",
          """
          ON CONFLICT (agent_id, session_id, run_number)
            DO UPDATE SET %s
          """
              .formatted(replaced(RUN_COLUMNS)));

  private static final Sql DELETE_CONTEXTS =
      Sql.ofAgent(
          """
          DELETE FROM run_context
          WHERE agent_id = ? AND session_id = ANY (?)
            AND (session_id, run_number) IN (
              SELECT session_id, run_number
              FROM unnest(?::uuid[], ?::bigint[]) AS old (session_id, run_number)
            )
          """);

  private static final Sql INSERT_CONTEXTS =
      put(
          "run_context",
          "session_id, run_number, position, item",
          "uuid, bigint, integer, text",
          "");

  private static final Sql INSERT_SESSIONS =
      put(
          "session",
          SessionTable.COLUMNS.replace("agent_id, ", "") + ", lease_due_time, due_time",
          "uuid, text, text, text, text, text, text, text, text, text, text, bigint, bigint,"
              + " boolean,"
              + " bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint,"
              + " text, bigint, bigint",
          "");

  private static final Sql DELETE_SESSIONS =
      Sql.ofAgent(
          """
          DELETE FROM session
          WHERE agent_id = ? AND session_id = ANY (?)
          """);

  private static final List<Sql> DELETE_CONTENTS =
      List.of(
          Sql.ofAgent("DELETE FROM message WHERE agent_id = ? AND session_id = ANY (?)"),
          Sql.ofAgent("DELETE FROM run WHERE agent_id = ? AND session_id = ANY (?)"),
          Sql.ofAgent("DELETE FROM run_context WHERE agent_id = ? AND session_id = ANY (?)"));

  private TransferTable() {}

  /** Joins the existing agent, so that the statement runs on the agent's shard. */
  private static Sql put(String table, String columns, String types, String onConflict) {
    String arrays =
        Arrays.stream(types.split(", "))
            .map("?::%s[]"::formatted)
            .collect(Collectors.joining(", "));
    return Sql.ofAgent(
        """
        INSERT INTO %1$s (agent_id, %2$s)
        SELECT agent_home.agent_id, %3$s
        FROM unnest(%4$s)
          AS fresh (%2$s)
        CROSS JOIN agent_home
        WHERE agent_home.agent_id = ?
        %5$s"""
            .formatted(
                table, columns, "fresh." + columns.replace(", ", ", fresh."), arrays, onConflict));
  }

  private static String replaced(String columns) {
    return Arrays.stream(columns.split(", "))
        .map(column -> column + " = excluded." + column)
        .collect(Collectors.joining(", "));
  }

  public static int putMessages(
      Connection connection, UUID agentId, Map<UUID, List<Message>> messages) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, PUT_MESSAGES)) {
      MessageTable.bindRows(statement, messages);
      List<Message> all = messages.values().stream().flatMap(List::stream).toList();
      statement.withNumbers(column(all, message -> micros(message.deleteTime()))).with(agentId);
      return statement.update();
    }
  }

  public static int putRuns(Connection connection, UUID agentId, List<StoredRun> stored)
      throws SQLException {
    List<Run> runs = stored.stream().map(StoredRun::run).toList();
    try (BoundStatement statement = new BoundStatement(connection, DELETE_CONTEXTS)) {
      List<UUID> sessionIds = column(runs, Run::sessionId);
      statement
          .with(agentId)
          .withIds(sessionIds)
          .withIds(sessionIds)
          .withNumbers(numbers(runs))
          .update();
    }
    try (BoundStatement statement = new BoundStatement(connection, PUT_RUNS)) {
      statement
          .withIds(column(runs, Run::sessionId))
          .withNumbers(numbers(runs))
          .withTexts(column(runs, Run::runId))
          .withNumbers(column(runs, run -> (long) run.state().ordinal()))
          .withTexts(column(runs, run -> run.report().model()))
          .withJsons(column(runs, run -> run.report().reasoning()))
          .withJsons(column(runs, run -> run.report().usage()))
          .withTexts(column(runs, run -> run.report().error()))
          .withJsons(column(runs, run -> run.report().details()))
          .withNumbers(column(runs, Run::contextBytes))
          .withNumbers(column(runs, run -> micros(run.createTime())))
          .withNumbers(column(runs, run -> micros(run.startTime())))
          .withNumbers(column(runs, run -> micros(run.endTime())))
          .with(agentId)
          .update();
    }
    insertContexts(connection, agentId, stored);
    return runs.size();
  }

  /** An item of a retrieved context. */
  private record Item(Run run, long position, Json json) {}

  private static void insertContexts(Connection connection, UUID agentId, List<StoredRun> runs)
      throws SQLException {
    List<Item> items =
        runs.stream()
            .flatMap(
                stored ->
                    IntStream.range(0, stored.context().size())
                        .mapToObj(i -> new Item(stored.run(), i, stored.context().get(i))))
            .toList();
    if (items.isEmpty()) {
      return;
    }
    try (BoundStatement statement = new BoundStatement(connection, INSERT_CONTEXTS)) {
      statement
          .withIds(column(items, item -> item.run().sessionId()))
          .withNumbers(column(items, item -> item.run().number()))
          .withNumbers(column(items, Item::position))
          .withJsons(column(items, Item::json))
          .with(agentId)
          .update();
    }
  }

  public static void insertSessions(Connection connection, UUID agentId, List<Session> sessions)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, INSERT_SESSIONS)) {
      statement
          .withIds(column(sessions, Session::sessionId))
          .withTexts(column(sessions, Session::key))
          .withTexts(column(sessions, s -> s.profile().label()))
          .withTexts(column(sessions, s -> s.profile().user()))
          .withTexts(column(sessions, s -> s.profile().client()))
          .withTexts(column(sessions, s -> s.profile().agentVersion()))
          .withTexts(column(sessions, s -> s.profile().chatType()))
          .withTexts(column(sessions, s -> s.profile().lastChannel()))
          .withJsons(column(sessions, s -> s.profile().origin()))
          .withJsons(column(sessions, s -> s.profile().metadata()))
          .withTexts(column(sessions, s -> LabelText.of(s.profile().labels())))
          .withNumbers(column(sessions, s -> micros(s.profile().expiry().expireTime())))
          .withNumbers(column(sessions, s -> micros(s.profile().expiry().ttl())))
          .withFlags(ownExpiries(sessions))
          .withNumbers(column(sessions, s -> micros(s.createTime())))
          .withNumbers(column(sessions, s -> micros(s.updateTime())))
          .withNumbers(column(sessions, s -> s.counts().headSequence()))
          .withNumbers(column(sessions, s -> s.counts().clearedSequence()))
          .withNumbers(column(sessions, s -> s.counts().deletedCount()))
          .withNumbers(column(sessions, s -> s.counts().spokenCount()))
          .withNumbers(column(sessions, s -> s.counts().runCount()))
          .withNumbers(column(sessions, s -> micros(s.archiveTime())))
          .withNumbers(column(sessions, Session::revision))
          .withNumbers(column(sessions, s -> s.leases().lastFence()))
          .withTexts(column(sessions, s -> LeaseColumns.text(s.leases())))
          .withNumbers(column(sessions, s -> micros(s.leases().firstExpireTime())))
          .withNumbers(column(sessions, s -> micros(s.effectiveExpireTime())))
          .with(agentId)
          .update();
    }
  }

  public static void deleteSessions(
      Connection connection, UUID agentId, Collection<UUID> sessionIds) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, DELETE_SESSIONS)) {
      statement.with(agentId).withIds(sessionIds).update();
    }
  }

  /** Deletes messages and runs, whether or not their session exists. */
  public static void deleteContents(
      Connection connection, UUID agentId, Collection<UUID> sessionIds) throws SQLException {
    for (Sql sql : DELETE_CONTENTS) {
      try (BoundStatement statement = new BoundStatement(connection, sql)) {
        statement.with(agentId).withIds(sessionIds).update();
      }
    }
  }

  private static boolean[] ownExpiries(List<Session> sessions) {
    boolean[] flags = new boolean[sessions.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = !sessions.get(i).profile().expiry().agentDefault();
    }
    return flags;
  }

  private static long[] numbers(List<Run> runs) {
    return runs.stream().mapToLong(Run::number).toArray();
  }

  private static <R, C extends @Nullable Object> List<C> column(
      List<R> rows, Function<R, C> getter) {
    return rows.stream().map(getter).collect(Collectors.toList());
  }

  private static @Nullable Long micros(@Nullable Duration time) {
    return time == null ? null : Micros.of(time);
  }

  private static @Nullable Long micros(@Nullable Instant time) {
    return time == null ? null : Micros.of(time);
  }
}
