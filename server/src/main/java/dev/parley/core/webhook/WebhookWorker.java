package dev.parley.core.webhook;

import dev.parley.core.watch.WatchCursor;
import dev.parley.core.watch.WatchEvent;
import dev.parley.core.watch.WatchPage;
import dev.parley.core.watch.WatchSource;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.Webhook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the events of one webhook: reads events, sends them in the order of each session, and
 * stores how far it is. It runs on one thread and never blocks it.
 */
final class WebhookWorker {
  private static final Logger log = LoggerFactory.getLogger(WebhookWorker.class);

  /** How many requests are sent at the same time, each for another session. */
  private static final int REQUESTS_MAX = 4;

  /** Events are read ahead of those that wait for a retry, up to about this size. */
  private static final int BYTES_MAX = 512 * 1024;

  /** The pause after a failure of the store. */
  private static final Duration STORE_RETRY = Duration.ofSeconds(5);

  /** How long a change waits for others. */
  private static final Duration GATHER_MIN = Duration.ofMillis(50);

  /** The same, while only changes of others are found. */
  private static final Duration GATHER_MAX = Duration.ofSeconds(2);

  /** How long a worker that stops waits for its requests. */
  private static final Duration DRAIN_MAX = Duration.ofSeconds(3);

  private final WorkerContext context;
  private final DeliveryQueue queue = new DeliveryQueue();
  private final ProgressWriter progress;
  private final FailedDeliveries failedDeliveries;
  private final WatchSource source;
  private final AtomicBoolean wakeScheduled = new AtomicBoolean();

  private Webhook webhook;
  private WatchCursor readTo;
  private boolean more = true;
  private boolean reading;
  private boolean readFailed;
  private boolean paused;
  private boolean closed;
  private int inFlight;
  private int failuresInSequence;
  private long accepted;
  private @Nullable Instant failingFrom;
  private @Nullable CompletableFuture<Void> drained;
  private CompletableFuture<?> ended = CompletableFuture.completedFuture(null);

  /**
   * When queued events are dropped, their retries and the reads that began before have no effect.
   */
  private int generation;

  private volatile Duration gather = GATHER_MIN;
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
    failedDeliveries = new FailedDeliveries(context.store(), webhook.webhookId());
    readTo = WebhookEvents.cursor(webhook.progress().position());
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
    next();
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

  /** Whether the worker delivers nothing any more. */
  boolean isClosed() {
    return closed || drained != null;
  }

  /** Whether the worker is about to store its last state. */
  boolean isEnding() {
    return isClosed() && !ended.isDone();
  }

  /** Called on any thread. Changes that follow one another quickly lead to one read. */
  private void changed() {
    if (wakeScheduled.compareAndSet(false, true)) {
      schedule(this::wake, gather);
    }
  }

  private void wake() {
    wakeScheduled.set(false);
    more = true;
    next();
  }

  /** Sends what can be sent now, and reads on if nothing more can be sent. */
  private void next() {
    if (isClosed()) {
      return;
    }
    // A receiver that fails is sent one request at a time.
    int max = failuresInSequence == 0 ? REQUESTS_MAX : 1;
    while (!paused && inFlight < max) {
      DeliveryQueue.Item item = queue.take();
      if (item == null) {
        break;
      }
      send(item);
    }
    DeliveryQueue.Item first = queue.first();
    if (first != null) {
      oldest = first.event().time();
    } else {
      progress.skipTo(WebhookEvents.position(readTo));
      if (!more && !reading) {
        // Nothing waits. Events that were dropped would still have to be read.
        oldest = null;
        failingFrom = null;
      }
    }
    if (more && !reading && !paused && queue.bytes() < BYTES_MAX) {
      read();
    }
  }

  private void read() {
    reading = true;
    more = false;
    int current = generation;
    context.whenDone(
        source.read(readTo),
        (page, failure) -> {
          reading = false;
          if (generation == current) {
            take(page, failure);
          } else {
            next();
          }
        });
  }

  private void take(@Nullable WatchPage read, @Nullable Throwable failure) {
    if (isClosed()) {
      return;
    }
    if (read == null) {
      readFailed(Objects.requireNonNull(failure));
      return;
    }
    readFailed = false;
    readTo = read.end();
    more |= read.more();
    List<WebhookEvents.Event> events = wanted(read.events());
    queue.add(events);
    source.idle();
    gather = events.isEmpty() ? min(gather.multipliedBy(2), GATHER_MAX) : GATHER_MIN;
    next();
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private List<WebhookEvents.Event> wanted(List<WatchEvent> events) {
    List<WebhookEvents.Event> wanted = new ArrayList<>(events.size());
    Instant now = context.now();
    for (WatchEvent event : events) {
      if (webhook.profile().events().contains(WebhookEvents.type(event))) {
        byte[] body = context.payloads().of(webhook.webhookId(), event, now);
        wanted.add(WebhookEvents.of(event, now, body));
      }
    }
    return wanted;
  }

  private void readFailed(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (cause instanceof SessionException e && e.reason() == ErrorReason.AGENT_NOT_FOUND) {
      disable(Webhook.Disabled.AGENT_DELETED);
      return;
    }
    if (!readFailed) {
      readFailed = true;
      log.warn(
          "Events of the webhook {} cannot be read now: {}", webhook.webhookId(), cause.toString());
    }
    more = true;
    pause(STORE_RETRY);
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
      failingFrom = null;
      progress.accepted();
      failedDeliveries.accepted(item.event().position());
      settle(item);
      next();
    } else if (answer.isGone()) {
      progress.failed(answer.text());
      disable(Webhook.Disabled.GONE);
    } else {
      failed(item, answer);
    }
    CompletableFuture<Void> waiting = drained;
    if (waiting != null && inFlight == 0) {
      waiting.complete(null);
    }
  }

  private void settle(DeliveryQueue.Item item) {
    queue.settle(item);
    DeliveryPosition through = queue.advance();
    if (through != null) {
      progress.moveTo(through);
    }
    if (queue.isEmpty()) {
      progress.settled();
    }
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
      retryAfter(item, context.rules().pause(failures.attempts()));
      next();
      return;
    }
    failuresInSequence++;
    Instant from = failingFrom == null ? context.now() : failingFrom;
    failingFrom = from;
    if (context.now().isAfter(from.plus(context.rules().failingMax()))) {
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
            next();
          },
          time);
    }
    if (time.compareTo(context.rules().keepMax()) >= 0 && inFlight == 0) {
      drop();
    }
  }

  /** Forgets the queued events. They are read again. */
  private void drop() {
    queue.clear();
    generation++;
    readTo = WebhookEvents.cursor(progress.position());
    more = true;
  }

  /** Adds an event to the failed deliveries, and goes on with the next one. */
  private void giveUp(DeliveryQueue.Item item, int attempts, String error) {
    int current = generation;
    context.whenDone(
        failedDeliveries.add(item.event(), attempts, context.now(), error),
        (full, failure) -> {
          if (isClosed() || generation != current) {
            return;
          }
          if (full == null) {
            retryAfter(item, STORE_RETRY);
            return;
          }
          context.metrics().count(WebhookMetrics.Outcome.FAILED);
          log.warn(
              "Gave up an event of the webhook {}. It is in the list of failed deliveries: id={},"
                  + " error={}",
              webhook.webhookId(),
              WebhookEvents.id(webhook.webhookId(), item.event().position()),
              error);
          settle(item);
          if (full) {
            disable(Webhook.Disabled.TOO_MANY_FAILURES);
          } else {
            next();
          }
        });
  }

  private void disable(Webhook.Disabled why) {
    log.warn(
        "The webhook {} is turned off: reason={}, last_error={}. It continues where it stopped"
            + " when it is turned on again.",
        webhook.webhookId(),
        why,
        progress.lastError());
    close();
    ended = progress.disable(why);
  }

  /**
   * Sends nothing more, waits for the requests that were sent, stores the progress and gives the
   * webhook up, so that another server can take it.
   */
  CompletableFuture<?> release() {
    if (isClosed()) {
      return ended;
    }
    CompletableFuture<Void> waiting = new CompletableFuture<>();
    if (inFlight == 0) {
      waiting.complete(null);
    }
    drained = waiting;
    CompletableFuture<Object> released = new CompletableFuture<>();
    ended = released;
    context.whenDone(
        waiting.completeOnTimeout(null, DRAIN_MAX.toMillis(), TimeUnit.MILLISECONDS),
        (done, failure) -> {
          close();
          var unused =
              progress.release().whenComplete((stored, thrown) -> released.complete(webhook));
        });
    return released;
  }

  /** Stops at once. Requests that were sent may still arrive. */
  void close() {
    if (!closed) {
      closed = true;
      oldest = null;
      queue.clear();
      progress.close();
      source.close();
    }
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
