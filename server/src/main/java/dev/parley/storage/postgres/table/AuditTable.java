package dev.parley.storage.postgres.table;

import dev.parley.model.audit.AuditActor;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import dev.parley.storage.query.AuditQuery;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.rules.Micros;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The table {@code audit_entry}. Rows are never changed. */
public final class AuditTable {
  private static final UUID FIRST = new UUID(0, 0);

  private static final String COLUMNS =
      """
      entry_id, act_time, action, identity, actor_key_id, address, request_id, transport, face,
        owner, agent_id, session_id, key_id, successor_key_id, message_sequence,
        webhook_id\
      """;

  /** A copy may write an entry again. */
  private static final Sql INSERT =
      Sql.ofAudit(
          """
          INSERT INTO audit_entry (%s)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (entry_id) DO NOTHING
          """
              .formatted(COLUMNS));

  private static final Sql DELETE = Sql.ofAudit("DELETE FROM audit_entry WHERE entry_id = ?");

  private static final Sql LIST = list("");
  private static final Sql LIST_OF_OWNER = list(" AND owner = ?");
  private static final Sql LIST_OF_AGENT = list(" AND agent_id = ?");
  private static final Sql LIST_OF_OWNER_AND_AGENT = list(" AND owner = ? AND agent_id = ?");

  private AuditTable() {}

  private static Sql list(String whose) {
    return Sql.everywhere(
        """
        SELECT %s
        FROM audit_entry
        WHERE act_time >= ? AND act_time <= ? AND (act_time < ? OR entry_id > ?)
          AND starts_with(action, ?)%s
        ORDER BY act_time DESC, entry_id
        LIMIT ?
        """
            .formatted(COLUMNS, whose));
  }

  public static AuditEntry add(Connection connection, AuditEntry entry) throws SQLException {
    addAll(connection, List.of(entry));
    Instant time = Micros.truncate(entry.time());
    return new AuditEntry(entry.entryId(), time, entry.action(), entry.actor(), entry.target());
  }

  public static int addAll(Connection connection, List<AuditEntry> entries) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, INSERT)) {
      for (AuditEntry entry : entries) {
        bind(statement, entry).addToBatch();
      }
      statement.runBatch();
    }
    return entries.size();
  }

  /** Deletes entries. Returns how many there were. */
  public static int deleteAll(Connection connection, List<AuditEntry> entries) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, DELETE)) {
      for (AuditEntry entry : entries) {
        statement.with(entry.entryId()).addToBatch();
      }
      return statement.runBatch();
    }
  }

  public static List<AuditEntry> list(ReadTransaction transaction, AuditQuery query)
      throws SQLException {
    Cursor after = query.after();
    long until = query.until() == null ? Long.MAX_VALUE : Micros.of(query.until()) - 1;
    long before = after == null ? Long.MAX_VALUE : Micros.of(after.time());
    try (BoundStatement statement = transaction.statement(listOf(query))) {
      statement
          .with(query.since() == null ? Long.MIN_VALUE : Micros.of(query.since()))
          .with(Math.min(until, before))
          .with(before)
          .with(after == null ? FIRST : after.sessionId())
          .withText(query.actionPrefix());
      if (query.owner() != null) {
        statement.withText(query.owner());
      }
      if (query.agentId() != null) {
        statement.with(query.agentId());
      }
      return statement.with(query.limit()).all(AuditTable::map);
    }
  }

  private static Sql listOf(AuditQuery query) {
    if (query.owner() == null) {
      return query.agentId() == null ? LIST : LIST_OF_AGENT;
    }
    return query.agentId() == null ? LIST_OF_OWNER : LIST_OF_OWNER_AND_AGENT;
  }

  private static BoundStatement bind(BoundStatement statement, AuditEntry entry)
      throws SQLException {
    AuditActor actor = entry.actor();
    AuditEntry.Target target = entry.target();
    return statement
        .with(entry.entryId())
        .with(entry.time())
        .withText(entry.action())
        .withText(actor.identity())
        .withId(actor.keyId())
        .withText(actor.address())
        .withText(actor.requestId())
        .withText(actor.transport())
        .withText(actor.api())
        .withText(target.owner())
        .withId(target.agentId())
        .withId(target.sessionId())
        .withId(target.keyId())
        .withId(target.successorKeyId())
        .withNumber(target.messageSequence())
        .withId(target.webhookId());
  }

  private static AuditEntry map(Row row) throws SQLException {
    UUID entryId = row.id();
    Instant time = row.time();
    String action = row.text();
    AuditActor actor =
        new AuditActor(row.text(), row.idOrNull(), row.text(), row.text(), row.text(), row.text());
    AuditEntry.Target target =
        new AuditEntry.Target(
            row.textOrNull(),
            row.idOrNull(),
            row.idOrNull(),
            row.idOrNull(),
            row.idOrNull(),
            row.numberOrNull(),
            row.idOrNull());
    return new AuditEntry(entryId, time, action, actor, target);
  }
}
