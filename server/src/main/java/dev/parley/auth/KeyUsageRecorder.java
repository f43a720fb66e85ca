package dev.parley.auth;

import dev.parley.storage.ApiKeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When keys were last used: noted in memory with each call, and in the store all together once a
 * minute and at the end. What a crash takes is that minute.
 */
public final class KeyUsageRecorder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KeyUsageRecorder.class);

  private static final Duration PAUSE = Duration.ofMinutes(1);

  /** Beyond, keys that are not noted yet wait for the next minute. */
  static final int KEYS_MAX = 10_000;

  private final ApiKeyStore store;
  private final Map<UUID, Instant> times = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "parley-key-uses");
            thread.setDaemon(true);
            return thread;
          });

  public KeyUsageRecorder(ApiKeyStore store) {
    this.store = store;
  }

  /** Begins to write once a minute. */
  public void start() {
    var unused =
        timer.scheduleWithFixedDelay(
            this::write, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Notes that a key was used. Does not block. */
  void note(UUID keyId, Instant now) {
    if (times.size() < KEYS_MAX || times.containsKey(keyId)) {
      times.put(keyId, now);
    }
  }

  /** Writes what was noted since the last time; what cannot be written now is tried again. */
  void write() {
    Map<UUID, Instant> noted = new HashMap<>(times);
    if (noted.isEmpty()) {
      return;
    }
    noted.forEach(times::remove);
    try {
      var written = store.noteApiKeyUses(noted).join();
    } catch (CompletionException e) {
      log.debug("When keys were last used cannot be written now.", e);
      noted.forEach(times::putIfAbsent);
    }
  }

  /** Writes what is left, while the store is still open. Blocks until done. */
  @Override
  public void close() {
    timer.shutdown();
    write();
  }
}
