package dev.parley.storage.rocksdb.codec;

import com.google.protobuf.ByteString;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.Webhook;
import dev.parley.model.webhook.WebhookEventType;
import dev.parley.model.webhook.WebhookProgress;
import dev.parley.model.webhook.WebhookSecrets;
import dev.parley.storage.rocksdb.record.webhook.DeliveryRecord;
import dev.parley.storage.rocksdb.record.webhook.WebhookRecord;
import dev.parley.storage.rules.Micros;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Converts webhooks and failed deliveries to protobuf bytes and back. */
public final class WebhookRecords {
  private WebhookRecords() {}

  public static byte[] of(Webhook webhook) {
    Webhook.Profile profile = webhook.profile();
    WebhookSecrets secrets = webhook.secrets();
    WebhookProgress progress = webhook.progress();
    WebhookRecord.Builder row =
        WebhookRecord.newBuilder()
            .setOwner(webhook.owner())
            .setUrl(profile.url())
            .setAgentId(ofId(profile.agentId()))
            .setCreateMicros(Micros.of(webhook.createTime()))
            .setSecret(secrets.current())
            .setPreviousEndMicros(Records.ofOptional(secrets.previousEnd()))
            .setPositionNumber(progress.position().number())
            .setPositionSequence(progress.position().sequence())
            .setHolder(ofId(progress.holder()))
            .setRenewals(progress.renewals())
            .setLastSuccessMicros(Records.ofOptional(progress.lastSuccessTime()))
            .setFailingSinceMicros(Records.ofOptional(progress.failingSince()));
    profile.events().stream().sorted().forEach(type -> row.addEvents(type.name()));
    if (profile.description() != null) {
      row.setDescription(profile.description());
    }
    if (secrets.previous() != null) {
      row.setPreviousSecret(secrets.previous());
    }
    if (webhook.disabled() != null) {
      row.setDisabled(webhook.disabled().name());
    }
    if (progress.lastError() != null) {
      row.setLastError(progress.lastError());
    }
    return row.build().toByteArray();
  }

  public static Webhook toWebhook(UUID webhookId, byte[] value) {
    WebhookRecord row = Records.parse(WebhookRecord.parser(), value);
    return new Webhook(
        webhookId,
        row.getOwner(),
        new Webhook.Profile(
            row.getUrl(),
            toId(row.getAgentId()),
            row.getEventsList().stream()
                .map(WebhookEventType::valueOf)
                .collect(Collectors.toUnmodifiableSet()),
            row.hasDescription() ? row.getDescription() : null),
        new WebhookSecrets(
            row.getSecret(),
            row.hasPreviousSecret() ? row.getPreviousSecret() : null,
            Records.toOptional(row.getPreviousEndMicros())),
        row.hasDisabled() ? Webhook.Disabled.valueOf(row.getDisabled()) : null,
        Micros.toInstant(row.getCreateMicros()),
        new WebhookProgress(
            new DeliveryPosition(row.getPositionNumber(), row.getPositionSequence()),
            toId(row.getHolder()),
            row.getRenewals(),
            Records.toOptional(row.getLastSuccessMicros()),
            Records.toOptional(row.getFailingSinceMicros()),
            row.hasLastError() ? row.getLastError() : null));
  }

  public static byte[] of(FailedDelivery delivery) {
    DeliveryRecord.Builder row =
        DeliveryRecord.newBuilder()
            .setPositionNumber(delivery.position().number())
            .setPositionSequence(delivery.position().sequence())
            .setType(delivery.type().name())
            .setAgentId(ofId(delivery.agentId()))
            .setSessionId(ofId(delivery.sessionId()))
            .setSequence(delivery.sequence())
            .setAttempts(delivery.attempts())
            .setFailMicros(Micros.of(delivery.failTime()))
            .setError(delivery.error());
    if (delivery.runId() != null) {
      row.setRunId(delivery.runId());
    }
    return row.build().toByteArray();
  }

  public static FailedDelivery toDelivery(UUID webhookId, byte[] value) {
    DeliveryRecord row = Records.parse(DeliveryRecord.parser(), value);
    return new FailedDelivery(
        webhookId,
        new DeliveryPosition(row.getPositionNumber(), row.getPositionSequence()),
        WebhookEventType.valueOf(row.getType()),
        Keys.toId(row.getAgentId().toByteArray()),
        Keys.toId(row.getSessionId().toByteArray()),
        row.getSequence(),
        row.hasRunId() ? row.getRunId() : null,
        row.getAttempts(),
        Micros.toInstant(row.getFailMicros()),
        row.getError());
  }

  private static ByteString ofId(@Nullable UUID id) {
    return id == null ? ByteString.EMPTY : Records.wrap(Keys.ofId(id));
  }

  private static @Nullable UUID toId(ByteString id) {
    return id.isEmpty() ? null : Keys.toId(id.toByteArray());
  }
}
