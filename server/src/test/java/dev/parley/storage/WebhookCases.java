package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.ErrorReason;
import dev.parley.model.audit.AuditAction;
import dev.parley.model.audit.AuditContext;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.Webhook;
import dev.parley.model.webhook.WebhookEventType;
import dev.parley.model.webhook.WebhookProgress;
import dev.parley.model.webhook.WebhookSecrets;
import dev.parley.storage.query.AuditQuery;
import dev.parley.storage.webhook.DeliveryQuery;
import dev.parley.storage.webhook.WebhookStore;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Webhooks and failed deliveries. Each case has its own owner. */
abstract class WebhookCases extends StoreCases {
  private static final Instant TIME = Instant.parse("2026-03-04T05:06:07.000008Z");

  @Test
  void create_thenFind_returnsEverything() {
    Webhook webhook =
        new Webhook(
            UUID.randomUUID(),
            Agents.owner(),
            new Webhook.Profile(
                "https://example.com/é?a=b",
                UUID.randomUUID(),
                Set.of(WebhookEventType.MESSAGE_CREATED, WebhookEventType.SESSION_DELETED),
                "for the \u0000 CRM"),
            new WebhookSecrets("whsec_b25l", "whsec_dHdv", TIME.plusSeconds(9)),
            Webhook.Disabled.GONE,
            TIME,
            new WebhookProgress(
                new DeliveryPosition(12, 3),
                UUID.randomUUID(),
                4,
                TIME.plusSeconds(1),
                TIME.plusSeconds(2),
                "HTTP status 500"));

    assertThat(get(webhooks().createWebhook(webhook, AuditContexts.any()))).isEqualTo(webhook);
    assertThat(get(webhooks().findWebhook(webhook.webhookId()))).contains(webhook);
    assertThat(get(webhooks().listWebhooks(webhook.owner()))).containsExactly(webhook);
    assertThat(get(webhooks().listWebhooks(null))).contains(webhook);
    assertThat(get(webhooks().findWebhook(UUID.randomUUID()))).isEmpty();
  }

  @Test
  void create_atTheLimitOfTheOwner_isAccepted_andRejectedOnePastIt() {
    String owner = Agents.owner();
    for (int i = 0; i < WebhookStore.WEBHOOKS_PER_OWNER_MAX; i++) {
      get(webhooks().createWebhook(webhook(owner), AuditContexts.any()));
    }

    refused(
        ErrorReason.TOO_MANY_WEBHOOKS,
        webhooks().createWebhook(webhook(owner), AuditContexts.any()));
    assertThat(get(webhooks().listWebhooks(owner)))
        .hasSize(WebhookStore.WEBHOOKS_PER_OWNER_MAX)
        .isSortedAccordingTo(
            (a, b) ->
                Long.compareUnsigned(
                    a.webhookId().getMostSignificantBits(),
                    b.webhookId().getMostSignificantBits()));
  }

  @Test
  void update_changesTheWebhook_andIsAuditedIfAsked() {
    Webhook webhook = create();
    AuditContext audit = AuditContexts.of(AuditAction.WEBHOOK_UPDATE, TIME);

    Webhook off =
        get(
            webhooks()
                .updateWebhook(
                    webhook.webhookId(),
                    each -> each.withDisabled(Webhook.Disabled.BY_CALLER),
                    audit));
    Webhook moved =
        get(
            webhooks()
                .updateWebhook(
                    webhook.webhookId(),
                    each ->
                        each.withProgress(WebhookProgress.startingAt(new DeliveryPosition(99, 0))),
                    null));

    assertThat(off.disabled()).isEqualTo(Webhook.Disabled.BY_CALLER);
    assertThat(moved.progress().position().number()).isEqualTo(99);
    assertThat(get(webhooks().findWebhook(webhook.webhookId()))).contains(moved);
    assertThat(
            get(
                store()
                    .listAuditEntries(
                        new AuditQuery(
                            webhook.owner(), null, "webhook.update", null, null, null, 9),
                        Cancellation.NONE)))
        .containsExactly(audit.entryFor(moved));
  }

  @Test
  void update_ofAnUnknownWebhook_failsWithWebhookNotFound() {
    refused(
        ErrorReason.WEBHOOK_NOT_FOUND,
        webhooks().updateWebhook(UUID.randomUUID(), each -> each, null));
  }

  @Test
  void renew_countsForTheWebhooksOfTheHolderOnly() {
    UUID holder = UUID.randomUUID();
    Webhook held = hold(create(), holder);
    Webhook other = hold(create(), UUID.randomUUID());

    assertThat(get(webhooks().renewWebhooks(holder))).isEqualTo(1);

    assertThat(get(webhooks().findWebhook(held.webhookId())).orElseThrow().progress().renewals())
        .isEqualTo(held.progress().renewals() + 1);
    assertThat(get(webhooks().findWebhook(other.webhookId()))).contains(other);
  }

  @Test
  void delete_removesTheWebhookAndItsDeliveries() {
    Webhook webhook = create();
    FailedDelivery delivery = delivery(webhook, new DeliveryPosition(5, 0));
    get(webhooks().putDelivery(delivery));

    assertThat(get(webhooks().deleteWebhook(webhook.webhookId(), AuditContexts.any()))).isTrue();

    assertThat(get(webhooks().findWebhook(webhook.webhookId()))).isEmpty();
    assertThat(get(webhooks().findDelivery(webhook.webhookId(), delivery.position()))).isEmpty();
    assertThat(get(webhooks().deleteWebhook(webhook.webhookId(), AuditContexts.any()))).isFalse();
    assertThat(get(webhooks().putDelivery(delivery))).isFalse();
  }

  @Test
  void deliveries_areListedFromTheLastPosition_inPages() {
    Webhook webhook = create();
    List<FailedDelivery> added = new ArrayList<>();
    for (DeliveryPosition position :
        List.of(
            new DeliveryPosition(9, 0),
            new DeliveryPosition(9, 2),
            new DeliveryPosition(9, 1),
            new DeliveryPosition(7, 0))) {
      added.add(delivery(webhook, position));
    }
    for (int i = added.size() - 1; i >= 0; i--) {
      assertThat(get(webhooks().putDelivery(added.get(i)))).isTrue();
    }

    List<FailedDelivery> first =
        get(webhooks().listDeliveries(new DeliveryQuery(webhook.webhookId(), null, 2)));
    List<FailedDelivery> second =
        get(
            webhooks()
                .listDeliveries(
                    new DeliveryQuery(webhook.webhookId(), first.get(1).position(), 3)));

    assertThat(first).containsExactlyElementsOf(added.subList(0, 2));
    assertThat(second).containsExactlyElementsOf(added.subList(2, 4));
    assertThat(get(webhooks().findDelivery(webhook.webhookId(), added.get(1).position())))
        .contains(added.get(1));
  }

  @Test
  void putDelivery_again_replacesIt_andDeleteRemovesIt() {
    Webhook webhook = create();
    FailedDelivery delivery = delivery(webhook, new DeliveryPosition(5, 4));
    FailedDelivery again =
        new FailedDelivery(
            webhook.webhookId(),
            delivery.position(),
            delivery.type(),
            delivery.agentId(),
            delivery.sessionId(),
            delivery.sequence(),
            delivery.runId(),
            delivery.attempts() + 1,
            TIME.plusSeconds(1),
            "timeout");
    get(webhooks().putDelivery(delivery));
    get(webhooks().putDelivery(again));

    assertThat(get(webhooks().listDeliveries(new DeliveryQuery(webhook.webhookId(), null, 9))))
        .containsExactly(again);
    assertThat(get(webhooks().deleteDelivery(webhook.webhookId(), again.position()))).isTrue();
    assertThat(get(webhooks().deleteDelivery(webhook.webhookId(), again.position()))).isFalse();
    assertThat(get(webhooks().listDeliveries(new DeliveryQuery(webhook.webhookId(), null, 9))))
        .isEmpty();
  }

  private Webhook create() {
    return get(webhooks().createWebhook(webhook(Agents.owner()), AuditContexts.any()));
  }

  private Webhook hold(Webhook webhook, UUID holder) {
    return get(
        webhooks()
            .updateWebhook(
                webhook.webhookId(),
                each -> each.withProgress(each.progress().heldBy(holder)),
                null));
  }

  private static Webhook webhook(String owner) {
    return new Webhook(
        UUID.randomUUID(),
        owner,
        new Webhook.Profile(
            "https://example.com", null, Set.of(WebhookEventType.MESSAGE_CREATED), null),
        WebhookSecrets.of("whsec_b25l"),
        null,
        TIME,
        WebhookProgress.startingAt(new DeliveryPosition(0, 0)));
  }

  private static FailedDelivery delivery(Webhook webhook, DeliveryPosition position) {
    return new FailedDelivery(
        webhook.webhookId(),
        position,
        WebhookEventType.RUN_CHANGED,
        UUID.randomUUID(),
        UUID.randomUUID(),
        7,
        "run-\u00e9",
        5,
        TIME,
        "HTTP status 400");
  }

  private WebhookStore webhooks() {
    return store().webhooks();
  }
}
