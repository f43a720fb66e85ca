package dev.parley.storage.postgres.webhook;

import dev.parley.model.audit.AuditContext;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.Webhook;
import dev.parley.model.webhook.WebhookEventType;
import dev.parley.model.webhook.WebhookProgress;
import dev.parley.model.webhook.WebhookSecrets;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.table.AuditTable;
import dev.parley.storage.rules.StoreErrors;
import dev.parley.storage.rules.UpdateRules;
import dev.parley.storage.rules.WebhookRules;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The table {@code webhook}. */
public final class WebhookTable {
  private static final String COLUMNS =
      """
      webhook_id, owner, create_time, url, agent_id, events, description, secret, previous_secret,
        previous_secret_end, disabled, position_number, position_sequence, holder, renewals,
        last_success_time, failing_since, last_error\
      """;

  private static final Sql INSERT =
      Sql.ofDirectory(
          """
          INSERT INTO webhook (%s)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """
              .formatted(COLUMNS));

  private static final Sql UPDATE =
      Sql.ofDirectory(
          """
          UPDATE webhook
          SET url = ?, agent_id = ?, events = ?, description = ?, secret = ?, previous_secret = ?,
            previous_secret_end = ?, disabled = ?, position_number = ?, position_sequence = ?,
            holder = ?, renewals = ?, last_success_time = ?, failing_since = ?, last_error = ?
          WHERE webhook_id = ?
          """);

  private static final Sql FIND = find("");
  private static final Sql LOCK = find(" FOR UPDATE");

  private static final Sql LIST =
      Sql.ofDirectory(
          """
          SELECT %s
          FROM webhook
          ORDER BY webhook_id
          """
              .formatted(COLUMNS));

  private static final Sql LIST_OF_OWNER =
      Sql.ofDirectory(
          """
          SELECT %s
          FROM webhook
          WHERE owner = ?
          ORDER BY webhook_id
          """
              .formatted(COLUMNS));

  /** Waits until no other transaction adds a webhook. */
  private static final Sql LOCK_ALL =
      Sql.ofDirectory("SELECT pg_advisory_xact_lock(hashtextextended('parley webhooks', 0))");

  private static final Sql RENEW =
      Sql.ofDirectory(
          """
          UPDATE webhook
          SET renewals = renewals + 1
          WHERE holder = ?
          """);

  private static final Sql DELETE =
      Sql.ofDirectory(
          """
          DELETE FROM webhook
          WHERE webhook_id = ?
          """);

  private WebhookTable() {}

  private static Sql find(String locking) {
    return Sql.ofDirectory(
        """
        SELECT %s
        FROM webhook
        WHERE webhook_id = ?%s
        """
            .formatted(COLUMNS, locking));
  }

  /** Adds a webhook. Fails with {@code TOO_MANY_WEBHOOKS} if there is no room for it. */
  public static Webhook create(Connection connection, Webhook webhook, AuditContext audit)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, LOCK_ALL)) {
      statement.run();
    }
    WebhookRules.requireRoom(list(connection, null), webhook);
    try (BoundStatement statement = new BoundStatement(connection, INSERT)) {
      statement.with(webhook.webhookId()).withText(webhook.owner()).with(webhook.createTime());
      bind(statement, webhook).update();
    }
    AuditTable.add(connection, audit.entryFor(webhook));
    return Objects.requireNonNull(find(connection, webhook.webhookId()));
  }

  public static @Nullable Webhook find(Connection connection, UUID webhookId) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, FIND)) {
      return statement.with(webhookId).first(WebhookTable::map);
    }
  }

  /** Finds a webhook, and locks it until the transaction ends. */
  public static @Nullable Webhook lock(Connection connection, UUID webhookId) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, LOCK)) {
      return statement.with(webhookId).first(WebhookTable::map);
    }
  }

  /** Lists webhooks, those of one owner or all. */
  public static List<Webhook> list(Connection connection, @Nullable String owner)
      throws SQLException {
    try (BoundStatement statement =
        new BoundStatement(connection, owner == null ? LIST : LIST_OF_OWNER)) {
      if (owner != null) {
        statement.withText(owner);
      }
      return statement.all(WebhookTable::map);
    }
  }

  public static Webhook update(
      Connection connection,
      UUID webhookId,
      UnaryOperator<Webhook> change,
      @Nullable AuditContext audit)
      throws SQLException {
    Webhook before = lock(connection, webhookId);
    if (before == null) {
      throw StoreErrors.webhookNotFound();
    }
    Webhook after = UpdateRules.apply(before, change);
    if (after.equals(before)) {
      return before;
    }
    try (BoundStatement statement = new BoundStatement(connection, UPDATE)) {
      bind(statement, after).with(webhookId).update();
    }
    if (audit != null) {
      AuditTable.add(connection, audit.entryFor(after));
    }
    return Objects.requireNonNull(find(connection, webhookId));
  }

  /** Adds 1 to the renewals of the webhooks that a server holds. Returns their number. */
  public static int renew(Connection connection, UUID holder) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, RENEW)) {
      return statement.with(holder).update();
    }
  }

  /** Deletes a webhook. Returns whether it existed. */
  public static boolean delete(Connection connection, UUID webhookId, AuditContext audit)
      throws SQLException {
    Webhook webhook = lock(connection, webhookId);
    if (webhook == null) {
      return false;
    }
    try (BoundStatement statement = new BoundStatement(connection, DELETE)) {
      statement.with(webhookId).update();
    }
    AuditTable.add(connection, audit.entryFor(webhook));
    return true;
  }

  private static BoundStatement bind(BoundStatement statement, Webhook webhook)
      throws SQLException {
    Webhook.Profile profile = webhook.profile();
    WebhookSecrets secrets = webhook.secrets();
    WebhookProgress progress = webhook.progress();
    return statement
        .withText(profile.url())
        .withId(profile.agentId())
        .withTexts(profile.events().stream().sorted().map(Enum::name).toList())
        .withText(profile.description())
        .withText(secrets.current())
        .withText(secrets.previous())
        .with(secrets.previousEnd())
        .withText(webhook.disabled() == null ? null : webhook.disabled().name())
        .with(progress.position().number())
        .with(progress.position().sequence())
        .withId(progress.holder())
        .with(progress.renewals())
        .with(progress.lastSuccessTime())
        .with(progress.failingSince())
        .withText(progress.lastError());
  }

  private static Webhook map(Row row) throws SQLException {
    UUID webhookId = row.id();
    String owner = row.text();
    var createTime = row.time();
    Webhook.Profile profile =
        new Webhook.Profile(
            row.text(),
            row.idOrNull(),
            row.texts().stream()
                .map(WebhookEventType::valueOf)
                .collect(Collectors.toUnmodifiableSet()),
            row.textOrNull());
    WebhookSecrets secrets = new WebhookSecrets(row.text(), row.textOrNull(), row.timeOrNull());
    String disabled = row.textOrNull();
    WebhookProgress progress =
        new WebhookProgress(
            new DeliveryPosition(row.number(), row.number()),
            row.idOrNull(),
            row.number(),
            row.timeOrNull(),
            row.timeOrNull(),
            row.textOrNull());
    return new Webhook(
        webhookId,
        owner,
        profile,
        secrets,
        disabled == null ? null : Webhook.Disabled.valueOf(disabled),
        createTime,
        progress);
  }
}
