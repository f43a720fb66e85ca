package dev.parley.api.parley.webhook;

import com.google.protobuf.Empty;
import dev.parley.api.call.Call;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.api.parley.mapper.NativeMapper;
import dev.parley.api.parley.mapper.Pages;
import dev.parley.api.parley.mapper.UpdateMask;
import dev.parley.api.parley.mapper.WatchMapper;
import dev.parley.core.page.Page;
import dev.parley.core.webhook.Redelivery;
import dev.parley.core.webhook.WebhookSender;
import dev.parley.core.webhook.Webhooks;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.Webhook;
import dev.parley.model.webhook.WebhookEventType;
import dev.parley.proto.v1.CreateWebhookRequest;
import dev.parley.proto.v1.DeleteDeliveryRequest;
import dev.parley.proto.v1.DeleteWebhookRequest;
import dev.parley.proto.v1.GetWebhookRequest;
import dev.parley.proto.v1.ListDeliveriesRequest;
import dev.parley.proto.v1.ListDeliveriesResponse;
import dev.parley.proto.v1.ListWebhooksRequest;
import dev.parley.proto.v1.ListWebhooksResponse;
import dev.parley.proto.v1.RedeliverRequest;
import dev.parley.proto.v1.RotateWebhookSecretRequest;
import dev.parley.proto.v1.TestWebhookRequest;
import dev.parley.proto.v1.UpdateWebhookRequest;
import dev.parley.proto.v1.WebhookServiceGrpc;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code parley.v1.WebhookService}: {@code /v1/webhooks}. */
public final class WebhookService {
  private static final String URL = "url";
  private static final String EVENT_TYPES = "event_types";
  private static final String DESCRIPTION = "description";
  private static final String DISABLED = "disabled";
  private static final List<String> FIELDS = List.of(URL, EVENT_TYPES, DESCRIPTION, DISABLED);
  private static final Duration OVERLAP_MAX = Duration.ofDays(7);

  private final @Nullable Webhooks webhooks;
  private final @Nullable Redelivery redelivery;

  private WebhookService(@Nullable Webhooks webhooks, @Nullable Redelivery redelivery) {
    this.webhooks = webhooks;
    this.redelivery = redelivery;
  }

  /** The service of a server with webhooks. */
  public static WebhookService of(Webhooks webhooks, Redelivery redelivery) {
    return new WebhookService(webhooks, redelivery);
  }

  /** The service of a server without webhooks. Every call fails with {@code WEBHOOKS_OFF}. */
  public static WebhookService off() {
    return new WebhookService(null, null);
  }

  /** The handlers of the service. */
  public ServiceHandlers handlers() {
    return ServiceHandlers.of(WebhookServiceGrpc.getServiceDescriptor())
        .unary(WebhookServiceGrpc.getCreateWebhookMethod(), this::create, WebhookWire::withSecret)
        .unary(WebhookServiceGrpc.getGetWebhookMethod(), this::get, WebhookWire::toWire)
        .unary(WebhookServiceGrpc.getListWebhooksMethod(), this::list, WebhookService::toWire)
        .unary(WebhookServiceGrpc.getUpdateWebhookMethod(), this::update, WebhookWire::toWire)
        .unary(
            WebhookServiceGrpc.getDeleteWebhookMethod(),
            this::delete,
            deleted -> Empty.getDefaultInstance())
        .unary(
            WebhookServiceGrpc.getRotateWebhookSecretMethod(),
            this::rotate,
            WebhookWire::withSecret)
        .unary(WebhookServiceGrpc.getTestWebhookMethod(), this::test, WebhookWire::toWire)
        .unary(
            WebhookServiceGrpc.getListDeliveriesMethod(),
            this::listDeliveries,
            WebhookService::toWireOfDeliveries)
        .unary(WebhookServiceGrpc.getRedeliverMethod(), this::redeliver, WebhookWire::toWire)
        .unary(
            WebhookServiceGrpc.getDeleteDeliveryMethod(),
            this::deleteDelivery,
            deleted -> Empty.getDefaultInstance())
        .build();
  }

  /** {@code POST /v1/webhooks}. */
  private CompletableFuture<Webhook> create(Call call, CreateWebhookRequest request) {
    Set<WebhookEventType> events =
        request.getEventTypesCount() == 0
            ? Set.of(WebhookEventType.MESSAGE_CREATED)
            : WebhookWire.toModel(EVENT_TYPES, request.getEventTypesList());
    return webhooks()
        .create(
            call.caller(),
            NativeMapper.emptyToNull(request.getOwner()),
            new Webhook.Profile(
                request.getUrl(),
                request.getAgentId().isEmpty() ? null : UUID.fromString(request.getAgentId()),
                events,
                NativeMapper.emptyToNull(request.getDescription())));
  }

  /** {@code GET /v1/webhooks/{webhook_id}}. */
  private CompletableFuture<Webhook> get(Call call, GetWebhookRequest request) {
    return webhooks().get(call.caller(), UUID.fromString(request.getWebhookId()));
  }

  /** {@code GET /v1/webhooks}. */
  private CompletableFuture<Page<Webhook>> list(Call call, ListWebhooksRequest request) {
    return webhooks()
        .list(
            call.caller(),
            NativeMapper.emptyToNull(request.getOwner()),
            Pages.request(request.getPageSize(), request.getPageToken()));
  }

  /** {@code PATCH /v1/webhooks/{webhook_id}}. */
  private CompletableFuture<Webhook> update(Call call, UpdateWebhookRequest request) {
    dev.parley.proto.v1.Webhook sent = request.getWebhook();
    Set<String> fields = UpdateMask.fields(sent, request.getUpdateMask().getPathsList(), FIELDS);
    Set<WebhookEventType> events =
        WebhookWire.toModel("webhook." + EVENT_TYPES, sent.getEventTypesList());
    return webhooks()
        .update(
            call.caller(),
            UUID.fromString(request.getWebhookId()),
            before ->
                new Webhook.Profile(
                    fields.contains(URL) ? sent.getUrl() : before.url(),
                    before.agentId(),
                    fields.contains(EVENT_TYPES) ? events : before.events(),
                    fields.contains(DESCRIPTION)
                        ? NativeMapper.emptyToNull(sent.getDescription())
                        : before.description()),
            fields.contains(DISABLED) ? sent.getDisabled() : null);
  }

  /** {@code DELETE /v1/webhooks/{webhook_id}}. */
  private CompletableFuture<Void> delete(Call call, DeleteWebhookRequest request) {
    return webhooks().delete(call.caller(), UUID.fromString(request.getWebhookId()));
  }

  /** {@code POST /v1/webhooks/{webhook_id}:rotateSecret}. */
  private CompletableFuture<Webhook> rotate(Call call, RotateWebhookSecretRequest request) {
    Duration overlap =
        request.hasOverlap()
            ? WatchMapper.duration("overlap", request.getOverlap(), Duration.ZERO, OVERLAP_MAX)
            : null;
    return webhooks().rotateSecret(call.caller(), UUID.fromString(request.getWebhookId()), overlap);
  }

  /** {@code POST /v1/webhooks/{webhook_id}:test}. */
  private CompletableFuture<WebhookSender.Answer> test(Call call, TestWebhookRequest request) {
    return redelivery().test(call.caller(), UUID.fromString(request.getWebhookId()));
  }

  /** {@code GET /v1/webhooks/{webhook_id}/deliveries}. */
  private CompletableFuture<Page<FailedDelivery>> listDeliveries(
      Call call, ListDeliveriesRequest request) {
    return redelivery()
        .list(
            call.caller(),
            UUID.fromString(request.getWebhookId()),
            Pages.request(request.getPageSize(), request.getPageToken()));
  }

  /** {@code POST /v1/webhooks/{webhook_id}/deliveries/{delivery_id}:redeliver}. */
  private CompletableFuture<WebhookSender.Answer> redeliver(Call call, RedeliverRequest request) {
    return redelivery()
        .redeliver(call.caller(), UUID.fromString(request.getWebhookId()), request.getDeliveryId());
  }

  /** {@code DELETE /v1/webhooks/{webhook_id}/deliveries/{delivery_id}}. */
  private CompletableFuture<Void> deleteDelivery(Call call, DeleteDeliveryRequest request) {
    return redelivery()
        .delete(call.caller(), UUID.fromString(request.getWebhookId()), request.getDeliveryId());
  }

  private Webhooks webhooks() {
    if (webhooks == null) {
      throw turnedOff();
    }
    return webhooks;
  }

  private Redelivery redelivery() {
    if (redelivery == null) {
      throw turnedOff();
    }
    return redelivery;
  }

  private static SessionException turnedOff() {
    return new SessionException(
        ErrorReason.WEBHOOKS_OFF,
        "Webhooks are turned off on this server with the setting webhooks.");
  }

  private static ListWebhooksResponse toWire(Page<Webhook> page) {
    ListWebhooksResponse.Builder response = ListWebhooksResponse.newBuilder();
    page.items().forEach(webhook -> response.addWebhooks(WebhookWire.toWire(webhook)));
    NativeMapper.ifPresent(page.nextToken(), response::setNextPageToken);
    return response.build();
  }

  private static ListDeliveriesResponse toWireOfDeliveries(Page<FailedDelivery> page) {
    ListDeliveriesResponse.Builder response = ListDeliveriesResponse.newBuilder();
    page.items().forEach(delivery -> response.addDeliveries(WebhookWire.toWire(delivery)));
    NativeMapper.ifPresent(page.nextToken(), response::setNextPageToken);
    return response.build();
  }
}
