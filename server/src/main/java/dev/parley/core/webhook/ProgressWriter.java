package dev.parley.core.webhook;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.Webhook;
import dev.parley.model.webhook.WebhookProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the progress of a webhook, and stores it at most once a second. It stores nothing after
 * another server has taken over the webhook. Runs on the thread of the workers.
 */
final class ProgressWriter {
  private static final Logger log = LoggerFactory.getLogger(ProgressWriter.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration RETRY = Duration.ofSeconds(5);

  /** How often a position is stored that only changes of other owners have moved. */
  private static final Duration SKIP_INTERVAL = Duration.ofMinutes(1);

  private final WorkerContext context;
  private final UUID webhookId;
  private final @Nullable UUID holder;
  private final Runnable lost;

  private WebhookProgress progress;
  private boolean changed;
  private boolean storing;

  /** When the progress is stored next, by the clock of {@link System#nanoTime}; null for never. */
  private @Nullable Long next;

  private boolean closed;

  /**
   * Creates an instance.
   *
   * @param webhook a webhook that this server holds
   * @param lost called when another server has taken over the webhook, or it was deleted
   */
  ProgressWriter(WorkerContext context, Webhook webhook, Runnable lost) {
    this.context = context;
    webhookId = webhook.webhookId();
    holder = webhook.progress().holder();
    progress = webhook.progress();
    this.lost = lost;
  }

  DeliveryPosition position() {
    return progress.position();
  }

  @Nullable String lastError() {
    return progress.lastError();
  }

  /** The receiver has accepted a request. */
  void accepted() {
    set(progress.position(), context.now(), null, null);
  }

  /** A request has failed. */
  void failed(String error) {
    Instant since = progress.failingSince();
    set(
        progress.position(),
        progress.lastSuccessTime(),
        since == null ? context.now() : since,
        error);
  }

  /** No event waits any more. */
  void settled() {
    if (progress.failingSince() != null) {
      set(progress.position(), progress.lastSuccessTime(), null, progress.lastError());
    }
  }

  /** All events up to a position are done. */
  void moveTo(DeliveryPosition position) {
    set(position, progress.lastSuccessTime(), progress.failingSince(), progress.lastError());
  }

  /** There are no events between the last position and this one. */
  void skipTo(DeliveryPosition position) {
    if (position.compareTo(progress.position()) > 0) {
      progress = progress.at(position);
      changed = true;
      storeAfter(SKIP_INTERVAL);
    }
  }

  private void set(
      DeliveryPosition position,
      @Nullable Instant success,
      @Nullable Instant failingSince,
      @Nullable String error) {
    progress =
        new WebhookProgress(position, holder, progress.renewals(), success, failingSince, error);
    changed = true;
    storeAfter(INTERVAL);
  }

  private void storeAfter(Duration pause) {
    long time = System.nanoTime() + pause.toNanos();
    if (next == null || next - time > 0) {
      next = time;
      context.schedule(this::store, pause);
    }
  }

  private void store() {
    next = null;
    if (closed || storing || !changed) {
      return;
    }
    changed = false;
    storing = true;
    WebhookProgress reached = progress;
    context.whenDone(update(stored -> stored.withProgress(merge(stored, reached))), this::stored);
  }

  private void stored(@Nullable Webhook stored, @Nullable Throwable failure) {
    storing = false;
    if (closed) {
      return;
    }
    if (stored == null) {
      if (isDeleted(failure)) {
        lost.run();
        return;
      }
      log.debug("The progress of the webhook {} cannot be stored now.", webhookId, failure);
      changed = true;
      storeAfter(RETRY);
    } else if (!isHeld(stored)) {
      lost.run();
    } else if (changed) {
      storeAfter(INTERVAL);
    }
  }

  private static boolean isDeleted(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof SessionException e && e.reason() == ErrorReason.WEBHOOK_NOT_FOUND;
  }

  /** Stores the progress, and lets another server take the webhook. */
  CompletableFuture<?> release() {
    WebhookProgress reached = progress;
    return update(stored -> stored.withProgress(merge(stored, reached).heldBy(null)));
  }

  /** Stores the progress, and turns the webhook off. */
  CompletableFuture<?> disable(Webhook.Disabled why) {
    WebhookProgress reached = progress;
    return update(
            stored -> stored.withProgress(merge(stored, reached).heldBy(null)).withDisabled(why))
        .whenComplete(
            (stored, failure) -> {
              if (failure != null) {
                log.warn("The webhook {} cannot be turned off now.", webhookId, failure);
              }
            });
  }

  /** Changes the webhook, unless another server has taken over. */
  private CompletableFuture<Webhook> update(UnaryOperator<Webhook> change) {
    return context
        .store()
        .updateWebhook(webhookId, stored -> isHeld(stored) ? change.apply(stored) : stored, null);
  }

  private boolean isHeld(Webhook stored) {
    return Objects.equals(stored.progress().holder(), holder);
  }

  /** The renewals are counted elsewhere. */
  private static WebhookProgress merge(Webhook stored, WebhookProgress reached) {
    return new WebhookProgress(
        reached.position(),
        stored.progress().holder(),
        stored.progress().renewals(),
        reached.lastSuccessTime(),
        reached.failingSince(),
        reached.lastError());
  }

  /** Stops storing by itself. */
  void close() {
    closed = true;
  }
}
