package dev.parley.core.webhook;

import dev.parley.core.watch.Watches;
import dev.parley.model.webhook.Webhook;
import dev.parley.storage.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a worker for each webhook that is turned on. Servers with the same store share the webhooks:
 * a server holds a webhook while it renews it, and another takes it over when it no longer does.
 */
public final class WebhookDispatcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WebhookDispatcher.class);

  /** How often a server looks for webhooks. */
  private static final Duration SCAN_INTERVAL = Duration.ofSeconds(5);

  /** How often a server renews the webhooks that it holds. */
  private static final Duration RENEW_INTERVAL = Duration.ofSeconds(15);

  /** After this time without a renewal, the holder stops, so that its last requests have ended. */
  private static final Duration HOLD_MAX = Duration.ofSeconds(30);

  /** After this time without a renewal, another server takes over. */
  private static final Duration TAKE_AFTER = Duration.ofSeconds(60);

  private static final Duration STOP_MAX = Duration.ofSeconds(5);

  private final UUID server = UUID.randomUUID();
  private final WorkerContext context;
  private final boolean shared;
  private final ScheduledThreadPoolExecutor executor;
  private final Map<UUID, WebhookWorker> workers = new ConcurrentHashMap<>();
  private final Map<UUID, Sighting> sightings = new HashMap<>();
  private final Set<UUID> taking = new HashSet<>();
  private long renewedNanos = System.nanoTime();
  private boolean failing;
  private boolean stopping;
  private long scans;
  private long applied;

  /** Creates a dispatcher that is not started. */
  public WebhookDispatcher(
      Store store,
      Watches watches,
      WebhookSender sender,
      WebhookPayloads payloads,
      RetryRules rules,
      WebhookMetrics metrics,
      Clock clock) {
    shared = store.isShared();
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "parley-webhooks");
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    context =
        new WorkerContext(
            store.webhooks(),
            watches,
            new Delivery(sender, clock),
            payloads,
            rules,
            metrics,
            executor,
            clock);
  }

  /** What another server's hold on a webhook was, and when it was first seen so. */
  private record Sighting(UUID holder, long renewals, long sinceNanos) {
    boolean isOf(Webhook webhook) {
      return holder.equals(webhook.progress().holder())
          && renewals == webhook.progress().renewals();
    }
  }

  /** Starts to deliver. */
  public void start() {
    context.schedule(this::scanRepeatedly, Duration.ZERO);
    if (shared) {
      context.schedule(this::renewRepeatedly, RENEW_INTERVAL);
    }
  }

  /** Takes note of new and changed webhooks at once. */
  public void refresh() {
    context.schedule(this::scan, Duration.ZERO);
  }

  private void scanRepeatedly() {
    if (isExpired()) {
      // Another server may take over soon.
      List.copyOf(workers.keySet()).forEach(this::close);
    }
    scan();
    context.schedule(this::scanRepeatedly, SCAN_INTERVAL);
  }

  private void scan() {
    long number = ++scans;
    context.whenDone(
        context.store().listWebhooks(null),
        (webhooks, failure) -> {
          if (webhooks != null) {
            failing = false;
            // A list that was read earlier can arrive later.
            if (number > applied) {
              applied = number;
              apply(webhooks);
            }
          } else if (!failing) {
            failing = true;
            log.warn("Webhooks cannot be read now: {}", String.valueOf(failure));
          }
        });
  }

  private void apply(List<Webhook> webhooks) {
    Set<UUID> active = new HashSet<>();
    for (Webhook webhook : webhooks) {
      if (webhook.disabled() != null) {
        continue;
      }
      active.add(webhook.webhookId());
      WebhookWorker worker = workers.get(webhook.webhookId());
      if (worker != null && (worker.isNewerThan(webhook) || worker.isEnding())) {
        // The list was read before this server took the webhook, or gives it up.
        continue;
      }
      if (worker != null && !worker.isClosed() && isHeld(webhook) && !isExpired()) {
        renew(worker, webhook);
      } else {
        close(webhook.webhookId());
        takeIfFree(webhook);
      }
    }
    for (UUID webhookId : List.copyOf(workers.keySet())) {
      if (!active.contains(webhookId)) {
        var unused = Objects.requireNonNull(workers.remove(webhookId)).release();
      }
    }
    sightings.keySet().retainAll(active);
  }

  /** Gives a worker the present state of its webhook. */
  private void renew(WebhookWorker worker, Webhook webhook) {
    Webhook.Profile before = worker.webhook().profile();
    if (before.events().equals(webhook.profile().events())) {
      worker.update(webhook);
      return;
    }
    // Other events have to be read, from where the worker is now.
    context.whenDone(worker.release(), (released, failure) -> scan());
  }

  private void close(UUID webhookId) {
    WebhookWorker worker = workers.remove(webhookId);
    if (worker != null) {
      worker.close();
    }
  }

  private boolean isHeld(Webhook webhook) {
    return server.equals(webhook.progress().holder());
  }

  private void takeIfFree(Webhook webhook) {
    UUID holder = webhook.progress().holder();
    if (holder != null && shared && !isHeld(webhook)) {
      Sighting sighting = sightings.get(webhook.webhookId());
      if (sighting == null || !sighting.isOf(webhook)) {
        sightings.put(
            webhook.webhookId(),
            new Sighting(holder, webhook.progress().renewals(), System.nanoTime()));
        return;
      }
      if (System.nanoTime() - sighting.sinceNanos() < TAKE_AFTER.toNanos()) {
        return;
      }
    }
    take(webhook);
  }

  private void take(Webhook seen) {
    if (stopping || !taking.add(seen.webhookId())) {
      return;
    }
    context.whenDone(
        context
            .store()
            .updateWebhook(
                seen.webhookId(),
                stored ->
                    stored.disabled() == null && sameHold(stored, seen)
                        ? stored.withProgress(stored.progress().heldBy(server))
                        : stored,
                null),
        (taken, failure) -> taken(seen.webhookId(), taken));
  }

  private void taken(UUID webhookId, @Nullable Webhook webhook) {
    taking.remove(webhookId);
    if (webhook == null || !isHeld(webhook) || webhook.disabled() != null || stopping) {
      return;
    }
    renewedNanos = workers.isEmpty() ? System.nanoTime() : renewedNanos;
    WebhookWorker worker = new WebhookWorker(context, webhook);
    workers.put(webhookId, worker);
    worker.start();
  }

  private static boolean sameHold(Webhook stored, Webhook seen) {
    return Objects.equals(stored.progress().holder(), seen.progress().holder())
        && stored.progress().renewals() == seen.progress().renewals();
  }

  private void renewRepeatedly() {
    long begin = System.nanoTime();
    CompletableFuture<Integer> renewed =
        workers.isEmpty()
            ? CompletableFuture.completedFuture(0)
            : context.store().renewWebhooks(server);
    context.whenDone(
        renewed,
        (count, failure) -> {
          if (count != null) {
            renewedNanos = begin;
          }
          context.schedule(this::renewRepeatedly, RENEW_INTERVAL);
        });
  }

  private boolean isExpired() {
    return shared && System.nanoTime() - renewedNanos > HOLD_MAX.toNanos();
  }

  /** The number of webhooks that this server delivers. */
  public int active() {
    return workers.size();
  }

  /** How long the oldest event that this server has to deliver has been waiting. */
  public Duration lag() {
    Instant now = context.clock().instant();
    Duration lag = Duration.ZERO;
    for (WebhookWorker worker : workers.values()) {
      Instant oldest = worker.oldest();
      if (oldest != null && Duration.between(oldest, now).compareTo(lag) > 0) {
        lag = Duration.between(oldest, now);
      }
    }
    return lag;
  }

  /** Stops, and lets other servers continue at once. Blocks for a few seconds at most. */
  @Override
  public void close() {
    List<CompletableFuture<?>> released = new ArrayList<>();
    try {
      executor
          .submit(
              () -> {
                stopping = true;
                workers.values().forEach(worker -> released.add(worker.release()));
              })
          .get(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS);
      CompletableFuture.allOf(released.toArray(CompletableFuture[]::new))
          .get(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.info("Not all webhooks were released. Other servers take them over after a minute.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      executor.shutdownNow();
    }
  }
}
