package dev.parley.storage.postgres.webhook;

import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.WebhookEventType;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.webhook.DeliveryQuery;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code webhook_delivery}, which has the failed deliveries. The end of a change is
 * stored as its greatest sequence, because it is after all messages of the change.
 */
public final class DeliveryTable {
  private static final String COLUMNS =
      """
      webhook_id, position_number, position_sequence, type, agent_id, session_id, sequence, run_id,
        attempts, fail_time, error\
      """;

  private static final Sql PUT =
      Sql.ofDirectory(
          """
          INSERT INTO webhook_delivery (%s)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (webhook_id, position_number, position_sequence) DO UPDATE
            SET attempts = excluded.attempts, fail_time = excluded.fail_time,
              error = excluded.error
          """
              .formatted(COLUMNS));

  private static final Sql FIND =
      Sql.ofDirectory(
          """
          SELECT %s
          FROM webhook_delivery
          WHERE webhook_id = ? AND position_number = ? AND position_sequence = ?
          """
              .formatted(COLUMNS));

  private static final Sql LIST =
      Sql.ofDirectory(
          """
          SELECT %s
          FROM webhook_delivery
          WHERE webhook_id = ? AND (position_number, position_sequence) < (?, ?)
          ORDER BY position_number DESC, position_sequence DESC
          LIMIT ?
          """
              .formatted(COLUMNS));

  private static final Sql DELETE =
      Sql.ofDirectory(
          """
          DELETE FROM webhook_delivery
          WHERE webhook_id = ? AND position_number = ? AND position_sequence = ?
          """);

  private static final Sql DELETE_ALL =
      Sql.ofDirectory(
          """
          DELETE FROM webhook_delivery
          WHERE webhook_id = ?
          """);

  private DeliveryTable() {}

  public static void put(Connection connection, FailedDelivery delivery) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, PUT)) {
      statement.with(delivery.webhookId());
      bind(statement, delivery.position())
          .withText(delivery.type().name())
          .with(delivery.agentId())
          .with(delivery.sessionId())
          .with(delivery.sequence())
          .withText(delivery.runId())
          .with(delivery.attempts())
          .with(delivery.failTime())
          .withText(delivery.error())
          .update();
    }
  }

  public static @Nullable FailedDelivery find(
      Connection connection, UUID webhookId, DeliveryPosition position) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, FIND)) {
      return bind(statement.with(webhookId), position).first(DeliveryTable::map);
    }
  }

  public static List<FailedDelivery> list(Connection connection, DeliveryQuery query)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, LIST)) {
      statement.with(query.webhookId());
      if (query.before() == null) {
        statement.with(Long.MAX_VALUE).with(Long.MAX_VALUE);
      } else {
        bind(statement, query.before());
      }
      return statement.with(query.limit()).all(DeliveryTable::map);
    }
  }

  /** Removes a failed delivery. Returns whether it existed. */
  public static boolean delete(Connection connection, UUID webhookId, DeliveryPosition position)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, DELETE)) {
      return bind(statement.with(webhookId), position).update() > 0;
    }
  }

  /** Removes all failed deliveries of a webhook. */
  public static void deleteAll(Connection connection, UUID webhookId) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, DELETE_ALL)) {
      statement.with(webhookId).update();
    }
  }

  private static BoundStatement bind(BoundStatement statement, DeliveryPosition position)
      throws SQLException {
    return statement
        .with(position.number())
        .with(position.sequence() == 0 ? Long.MAX_VALUE : position.sequence());
  }

  private static FailedDelivery map(Row row) throws SQLException {
    UUID webhookId = row.id();
    long number = row.number();
    long sequence = row.number();
    return new FailedDelivery(
        webhookId,
        new DeliveryPosition(number, sequence == Long.MAX_VALUE ? 0 : sequence),
        WebhookEventType.valueOf(row.text()),
        row.id(),
        row.id(),
        row.number(),
        row.textOrNull(),
        (int) row.number(),
        row.time(),
        row.text());
  }
}
