package dev.parley.storage.live;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls watchers of things that have changed. Several changes can be one notice. Thread-safe, and
 * never blocks. A change of a thing that nobody watches costs one lookup.
 *
 * @param <K> what names a thing
 */
final class Notices<K> {
  private static final Logger log = LoggerFactory.getLogger(Notices.class);

  private final Executor executor;
  private final Map<K, Set<Registration>> watched = new ConcurrentHashMap<>();
  private final Set<K> changed = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean dispatching = new AtomicBoolean();

  Notices(Executor executor) {
    this.executor = executor;
  }

  /** A registered watcher. */
  private final class Registration implements NoticeRegistration {
    private final K key;
    private final Runnable watcher;

    private Registration(K key, Runnable watcher) {
      this.key = key;
      this.watcher = watcher;
    }

    private void call() {
      try {
        watcher.run();
      } catch (Throwable e) {
        // Also an error must not keep the notices of others.
        log.error("A watcher of a session failed.", e);
      }
    }

    @Override
    public void close() {
      watched.computeIfPresent(
          key,
          (same, registrations) -> {
            registrations.remove(this);
            return registrations.isEmpty() ? null : registrations;
          });
    }
  }

  NoticeRegistration watch(K key, Runnable watcher) {
    Registration registration = new Registration(key, watcher);
    watched.compute(
        key,
        (same, present) -> {
          Set<Registration> registrations =
              present == null ? ConcurrentHashMap.newKeySet() : present;
          registrations.add(registration);
          return registrations;
        });
    return registration;
  }

  /** What is watched. A live view. */
  Set<K> watched() {
    return watched.keySet();
  }

  void changed(K key) {
    if (!watched.containsKey(key) || !changed.add(key)) {
      return;
    }
    if (dispatching.compareAndSet(false, true)) {
      try {
        executor.execute(this::dispatch);
      } catch (RejectedExecutionException e) {
        log.debug("A change was reported after the end of all watches.");
      }
    }
  }

  private void dispatch() {
    // First, so that a change that the loop misses starts another dispatch.
    dispatching.set(false);
    for (K key : changed) {
      // Removed before the watchers read, so that a later change is a notice of its own.
      changed.remove(key);
      Set<Registration> registrations = watched.get(key);
      if (registrations != null) {
        registrations.forEach(Registration::call);
      }
    }
  }
}
