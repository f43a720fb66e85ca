package dev.parley.core.webhook;

import dev.parley.core.watch.WatchEvent;
import dev.parley.core.watch.WatchPage;
import dev.parley.core.watch.WatchSource;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.Webhook;
import dev.parley.storage.webhook.DeliveryQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the events of one webhook: reads a page of events, delivers them in the order of each
 * session, stores how far it is, and reads the next page. It runs on one thread and never blocks
 * it.
 */
final class WebhookWorker {
  private static final Logger log = LoggerFactory.getLogger(WebhookWorker.class);

  /** How many sessions' events are sent at the same time. */
  private static final int REQUESTS_MAX = 4;

  /** The pause after a failure of the store. */
  private static final Duration STORE_RETRY = Duration.ofSeconds(5);

  /** How long a change waits for others. */
  private static final Duration GATHER = Duration.ofMillis(50);

  /** In a longer pause, events are not kept in memory. */
  private static final Duration KEEP_MAX = Duration.ofSeconds(10);

  private final WorkerContext context;
  private final DeliveryQueue queue = new DeliveryQueue();
  private final ProgressWriter progress;
  private final WatchSource source;

  private Webhook webhook;
  private @Nullable WatchPage page;
  private boolean reading;
  private final AtomicBoolean wakeScheduled = new AtomicBoolean();
  private boolean changed;
  private boolean paused;
  private boolean closed;
  private int inFlight;
  private int failuresInSequence;
  private long accepted;

  /** When queued events are dropped, waiting retries of them have no effect. */
  private int generation;

  private volatile @Nullable Instant oldest;

  /**
   * Creates a worker that is not started.
   *
   * @param webhook a webhook that this server holds
   */
  WebhookWorker(WorkerContext context, Webhook webhook) {
    this.context = context;
    this.webhook = webhook;
    progress = new ProgressWriter(context, webhook, this::close);
    source =
        context
            .watches()
            .follow(
                webhook.owner(),
                webhook.profile().agentId(),
                WebhookEvents.include(webhook),
                this::changed);
  }

  void start() {
    read();
  }

  Webhook webhook() {
    return webhook;
  }

  /** Whether a state of the webhook was read before this worker was created. */
  boolean isNewerThan(Webhook read) {
    return read.progress().renewals() < webhook.progress().renewals();
  }

  /** Takes note of a change of the webhook that leads to the same events. */
  void update(Webhook changedWebhook) {
    webhook = changedWebhook;
  }

  /** The time of the oldest event that is not delivered; null if none is known. */
  @Nullable Instant oldest() {
    return oldest;
  }

  boolean isClosed() {
    return closed;
  }

  /** Called on any thread. Changes that follow one another quickly lead to one read. */
  private void changed() {
    if (wakeScheduled.compareAndSet(false, true)) {
      schedule(this::wake, GATHER);
    }
  }

  private void wake() {
    wakeScheduled.set(false);
    changed = true;
    read();
  }

  private void read() {
    if (closed || reading || paused || page != null) {
      return;
    }
    reading = true;
    changed = false;
    context.whenDone(source.read(WebhookEvents.cursor(progress.position())), this::take);
  }

  private void take(@Nullable WatchPage read, @Nullable Throwable failure) {
    reading = false;
    if (closed) {
      return;
    }
    if (read == null) {
      readFailed(Objects.requireNonNull(failure));
      return;
    }
    page = read;
    queue.add(read.events().stream().filter(this::isWanted).toList());
    generation++;
    next();
  }

  private boolean isWanted(WatchEvent event) {
    return webhook.profile().events().contains(WebhookEvents.type(event));
  }

  private void readFailed(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (cause instanceof SessionException e && e.reason() == ErrorReason.AGENT_NOT_FOUND) {
      disable(Webhook.Disabled.AGENT_DELETED);
      return;
    }
    log.debug("Events of the webhook {} cannot be read now.", webhook.webhookId(), cause);
    pause(STORE_RETRY);
  }

  /** Sends what can be sent now, and goes on to the next page if nothing is left. */
  private void next() {
    WatchPage current = page;
    if (closed || current == null) {
      return;
    }
    if (queue.isEmpty()) {
      page = null;
      oldest = null;
      DeliveryPosition end = WebhookEvents.position(current.end());
      queue.forgetThrough(end);
      progress.skipTo(end);
      if (current.more() || changed) {
        read();
      }
      return;
    }
    oldest = timeOf(Objects.requireNonNull(queue.first()).event());
    // A receiver that fails is sent one request at a time.
    int max = failuresInSequence == 0 ? REQUESTS_MAX : 1;
    while (!paused && inFlight < max) {
      DeliveryQueue.Item item = queue.take();
      if (item == null) {
        return;
      }
      send(item);
    }
  }

  private void send(DeliveryQueue.Item item) {
    inFlight++;
    context.whenDone(
        context.delivery().send(webhook, item.event()),
        (answer, failure) -> answered(item, Objects.requireNonNull(answer)));
  }

  private void answered(DeliveryQueue.Item item, WebhookSender.Answer answer) {
    inFlight--;
    if (closed) {
      return;
    }
    if (answer.accepted()) {
      context.metrics().count(WebhookMetrics.Outcome.DELIVERED);
      accepted++;
      failuresInSequence = 0;
      progress.accepted();
      settled(item);
    } else if (answer.isGone()) {
      progress.failed(answer.text());
      disable(Webhook.Disabled.GONE);
    } else {
      failed(item, answer);
    }
  }

  private void settled(DeliveryQueue.Item item) {
    queue.settle(item);
    DeliveryPosition through = queue.advance();
    if (through != null) {
      moveTo(through);
    }
    next();
  }

  private void moveTo(DeliveryPosition position) {
    queue.forgetThrough(position);
    progress.moveTo(position);
  }

  private void failed(DeliveryQueue.Item item, WebhookSender.Answer answer) {
    progress.failed(answer.text());
    DeliveryQueue.Failures failures = queue.failed(item, accepted);
    boolean acceptsOthers = answer.rejectsEvent() || accepted > failures.acceptedBefore();
    if (failures.attempts() >= RetryRules.ATTEMPTS_MAX && acceptsOthers) {
      giveUp(item, failures.attempts(), answer.text());
      return;
    }
    context.metrics().count(WebhookMetrics.Outcome.RETRIED);
    if (answer.rejectsEvent()) {
      retryAfter(item, context.rules().pause(failures.attempts(), answer));
      next();
      return;
    }
    failuresInSequence++;
    Instant since = progress.failingSince();
    if (since != null && context.now().isAfter(since.plus(context.rules().failingMax()))) {
      disable(Webhook.Disabled.FAILING);
      return;
    }
    // Another session is next, so that an event that the receiver cannot take holds up no other.
    queue.putBack(item);
    pause(context.rules().pause(failuresInSequence, answer));
  }

  private void retryAfter(DeliveryQueue.Item item, Duration pause) {
    int current = generation;
    schedule(
        () -> {
          if (generation == current) {
            queue.putBack(item);
            next();
          }
        },
        pause);
  }

  /** Sends and reads nothing for a time. */
  private void pause(Duration time) {
    if (!paused) {
      paused = true;
      schedule(
          () -> {
            paused = false;
            // Read again what was dropped, or go on with what was kept.
            read();
            next();
          },
          time);
    }
    if (time.compareTo(KEEP_MAX) >= 0 && inFlight == 0) {
      queue.clear();
      generation++;
      page = null;
    }
  }

  /** Adds an event to the failed deliveries, and goes on with the next one. */
  private void giveUp(DeliveryQueue.Item item, int attempts, String error) {
    FailedDelivery delivery =
        WebhookEvents.failed(webhook.webhookId(), item.event(), attempts, context.now(), error);
    int current = generation;
    DeliveryQuery all =
        new DeliveryQuery(webhook.webhookId(), null, RetryRules.FAILED_DELIVERIES_MAX);
    context.whenDone(
        context
            .store()
            .putDelivery(delivery)
            .thenCompose(added -> context.store().listDeliveries(all)),
        (listed, failure) -> {
          if (closed || generation != current) {
            return;
          }
          if (listed == null) {
            retryAfter(item, STORE_RETRY);
          } else {
            gaveUp(item, error, listed);
          }
        });
  }

  private void gaveUp(DeliveryQueue.Item item, String error, List<FailedDelivery> all) {
    context.metrics().count(WebhookMetrics.Outcome.FAILED);
    log.warn(
        "Gave up an event of the webhook {}. It is in the list of failed deliveries: id={},"
            + " error={}",
        webhook.webhookId(),
        WebhookEvents.id(webhook.webhookId(), item.position()),
        error);
    settled(item);
    if (all.size() >= RetryRules.FAILED_DELIVERIES_MAX) {
      disable(Webhook.Disabled.TOO_MANY_FAILURES);
    }
  }

  private void disable(Webhook.Disabled why) {
    log.warn(
        "The webhook {} is turned off: reason={}, last_error={}. It continues where it stopped"
            + " when it is turned on again.",
        webhook.webhookId(),
        why,
        progress.lastError());
    close();
    progress.disable(why);
  }

  /** Stops, stores the progress and gives the webhook up, so that another server can take it. */
  CompletableFuture<?> release() {
    boolean wasOpen = !closed;
    close();
    return wasOpen ? progress.release() : CompletableFuture.completedFuture(null);
  }

  /** Stops. Requests that were sent may still arrive. */
  void close() {
    if (!closed) {
      closed = true;
      oldest = null;
      queue.clear();
      progress.close();
      source.close();
    }
  }

  private static Instant timeOf(WatchEvent event) {
    if (event instanceof WatchEvent.Appended appended) {
      return appended.message().createTime();
    } else if (event instanceof WatchEvent.SessionChanged session) {
      return session.session().updateTime();
    } else if (event instanceof WatchEvent.RunChanged run) {
      return run.run().createTime();
    }
    return Instant.MAX;
  }

  /** Runs a task later, unless the worker is closed then. */
  private void schedule(Runnable task, Duration delay) {
    context.schedule(
        () -> {
          if (!closed) {
            task.run();
          }
        },
        delay);
  }
}
