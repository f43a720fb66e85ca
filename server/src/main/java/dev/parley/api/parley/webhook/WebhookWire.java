package dev.parley.api.parley.webhook;

import dev.parley.api.parley.mapper.NativeMapper;
import dev.parley.core.webhook.Redelivery;
import dev.parley.core.webhook.WebhookSender;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.WebhookEventType;
import dev.parley.proto.v1.CreateWebhookResponse;
import dev.parley.proto.v1.Webhook;
import dev.parley.proto.v1.WebhookAttempt;
import dev.parley.proto.v1.WebhookDelivery;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Converts webhooks between the model and {@code parley.v1}. */
final class WebhookWire {
  private WebhookWire() {}

  static Webhook toWire(dev.parley.model.webhook.Webhook webhook) {
    Webhook.Builder wire =
        Webhook.newBuilder()
            .setWebhookId(webhook.webhookId().toString())
            .setOwner(webhook.owner())
            .setUrl(webhook.profile().url())
            .setDisabled(webhook.disabled() != null)
            .setCreateTime(NativeMapper.toWire(webhook.createTime()));
    webhook.profile().events().stream().sorted().forEach(type -> wire.addEventTypes(toWire(type)));
    NativeMapper.ifPresent(
        webhook.profile().agentId(), agentId -> wire.setAgentId(agentId.toString()));
    NativeMapper.ifPresent(webhook.profile().description(), wire::setDescription);
    NativeMapper.ifPresent(
        webhook.disabled(),
        why -> wire.setDisabledReason(Webhook.DisabledReason.valueOf(why.name())));
    NativeMapper.ifPresent(
        webhook.progress().lastSuccessTime(),
        time -> wire.setLastSuccessTime(NativeMapper.toWire(time)));
    NativeMapper.ifPresent(
        webhook.progress().failingSince(),
        time -> wire.setFailingSinceTime(NativeMapper.toWire(time)));
    NativeMapper.ifPresent(webhook.progress().lastError(), wire::setLastError);
    NativeMapper.ifPresent(
        webhook.secrets().previousEnd(),
        time -> wire.setPreviousSecretExpireTime(NativeMapper.toWire(time)));
    return wire.build();
  }

  static CreateWebhookResponse withSecret(dev.parley.model.webhook.Webhook webhook) {
    return CreateWebhookResponse.newBuilder()
        .setWebhook(toWire(webhook))
        .setSecret(webhook.secrets().current())
        .build();
  }

  static WebhookDelivery toWire(FailedDelivery delivery) {
    WebhookDelivery.Builder wire =
        WebhookDelivery.newBuilder()
            .setDeliveryId(Redelivery.id(delivery))
            .setEventType(toWire(delivery.type()))
            .setAgentId(delivery.agentId().toString())
            .setSessionId(delivery.sessionId().toString())
            .setAttempts(delivery.attempts())
            .setFailTime(NativeMapper.toWire(delivery.failTime()))
            .setError(delivery.error());
    if (delivery.sequence() > 0) {
      wire.setSequence(delivery.sequence());
    }
    NativeMapper.ifPresent(delivery.runId(), wire::setRunId);
    return wire.build();
  }

  static WebhookAttempt toWire(WebhookSender.Answer answer) {
    WebhookAttempt.Builder wire = WebhookAttempt.newBuilder().setAccepted(answer.accepted());
    if (answer.status() > 0) {
      wire.setStatusCode(answer.status());
    }
    if (!answer.accepted()) {
      wire.setError(answer.text());
    }
    return wire.build();
  }

  private static dev.parley.proto.v1.WebhookEventType toWire(WebhookEventType type) {
    return dev.parley.proto.v1.WebhookEventType.valueOf(type.name());
  }

  /**
   * Converts types of events.
   *
   * @throws SessionException {@code INVALID_FIELD} if one is unspecified
   */
  static Set<WebhookEventType> toModel(
      String field, List<dev.parley.proto.v1.WebhookEventType> types) {
    Set<WebhookEventType> events = EnumSet.noneOf(WebhookEventType.class);
    for (int i = 0; i < types.size(); i++) {
      switch (types.get(i)) {
        case MESSAGE_CREATED -> events.add(WebhookEventType.MESSAGE_CREATED);
        case SESSION_CHANGED -> events.add(WebhookEventType.SESSION_CHANGED);
        case RUN_CHANGED -> events.add(WebhookEventType.RUN_CHANGED);
        case SESSION_DELETED -> events.add(WebhookEventType.SESSION_DELETED);
        case WEBHOOK_EVENT_TYPE_UNSPECIFIED, UNRECOGNIZED ->
            throw SessionException.invalid(
                FieldViolation.format(
                    field + "[" + i + "]",
                    "must be one of " + EnumSet.allOf(WebhookEventType.class)));
      }
    }
    return events;
  }
}
