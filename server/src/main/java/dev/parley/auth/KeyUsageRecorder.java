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
 * Records when keys were last used. Uses are kept in memory and written to the store once a minute
 * and on close. A crash loses at most the last minute.
 */
public final class KeyUsageRecorder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KeyUsageRecorder.class);

  private static final Duration WRITE_INTERVAL = Duration.ofMinutes(1);

  /**
   * The maximum number of keys in memory. Uses of further keys are not recorded until the next
   * write.
   */
  static final int KEYS_MAX = 10_000;

  private final ApiKeyStore store;
  private final Map<UUID, Instant> times = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "parley-key-usage");
            thread.setDaemon(true);
            return thread;
          });

  public KeyUsageRecorder(ApiKeyStore store) {
    this.store = store;
  }

  /** Starts to write once a minute. */
  public void start() {
    var unused =
        timer.scheduleWithFixedDelay(
            this::write,
            WRITE_INTERVAL.toMillis(),
            WRITE_INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Records a use of a key. Does not block. */
  void record(UUID keyId, Instant now) {
    if (times.size() < KEYS_MAX || times.containsKey(keyId)) {
      times.put(keyId, now);
    }
  }

  /** Writes the recorded uses. If the write fails, they are written the next time. */
  void write() {
    Map<UUID, Instant> uses = new HashMap<>(times);
    if (uses.isEmpty()) {
      return;
    }
    uses.forEach(times::remove);
    try {
      var updated = store.noteApiKeyUses(uses).join();
    } catch (CompletionException e) {
      log.debug("The last uses of keys could not be written. They will be written later.", e);
      uses.forEach(times::putIfAbsent);
    }
  }

  /** Writes the remaining uses. Blocks until done. The store must still be open. */
  @Override
  public void close() {
    timer.shutdown();
    write();
  }
}
