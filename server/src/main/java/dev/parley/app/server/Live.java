package dev.parley.app.server;

import dev.parley.config.Settings;
import dev.parley.core.limit.ConcurrencyLimit;
import dev.parley.core.live.ChangePoller;
import dev.parley.core.live.MessageFollower;
import dev.parley.core.page.PageTokens;
import dev.parley.core.watch.Watches;
import dev.parley.storage.Store;
import dev.parley.storage.live.NotifyingStore;
import dev.parley.storage.live.SessionNotices;
import dev.parley.storage.live.StoreListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Stream;

/** Creates and ends everything that waits for changes of sessions. It has one thread. */
final class Live {
  private final ScheduledThreadPoolExecutor executor;
  private final SessionNotices notices;
  private final Store store;
  private final MessageFollower follower;
  private final Watches watches;
  private final ChangePoller poller;

  /**
   * Creates what waits for changes.
   *
   * @param listeners are told of all changes as well
   */
  Live(
      Store store,
      List<StoreListener> listeners,
      Settings settings,
      PageTokens tokens,
      MeterRegistry metrics) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "parley-live");
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    notices = new SessionNotices(executor);
    this.store =
        new NotifyingStore(store, Stream.concat(Stream.of(notices), listeners.stream()).toList());
    ConcurrencyLimit limits =
        new ConcurrencyLimit(
            "watches and calls that wait for messages",
            settings.watchesMax(),
            settings.watchesPerCallerMax());
    Gauge.builder("parley.watches", limits, ConcurrencyLimit::total)
        .description("Open watches, and lists that wait for new messages.")
        .strongReference(true)
        .register(metrics);
    follower = new MessageFollower(this.store, tokens, notices, limits, executor);
    watches = new Watches(this.store, notices, limits, executor);
    FunctionCounter.builder("parley.watch.events", watches, Watches::reported)
        .description("Events that watches have reported, without heartbeats.")
        .register(metrics);
    poller = new ChangePoller(this.store, this.store, notices, executor);
  }

  /** The store, which reports its changes. */
  Store store() {
    return store;
  }

  MessageFollower follower() {
    return follower;
  }

  Watches watches() {
    return watches;
  }

  /** Starts to look for changes that other servers make, if they can. */
  void start() {
    if (store.isShared()) {
      poller.start();
    }
  }

  /** Ends all watches and waits, so that the server can stop. */
  void stop() {
    follower.close();
    watches.close();
  }

  /** Ends the thread. */
  void close() {
    executor.shutdownNow();
  }
}
