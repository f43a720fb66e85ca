package dev.parley.core.watch;

import dev.parley.storage.live.NoticeRegistration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * Groups of watches that report the same. Thread-safe.
 *
 * @param <K> what the watches of a group have in common
 * @param <V> what they read
 */
final class WatchGroups<K, V> {
  private final BiFunction<K, Runnable, NoticeRegistration> register;
  private final Map<K, WatchGroup<V>> groups = new ConcurrentHashMap<>();

  /**
   * Creates an instance without groups.
   *
   * @param register registers what to call after each change that concerns a key
   */
  WatchGroups(BiFunction<K, Runnable, NoticeRegistration> register) {
    this.register = register;
  }

  /** Adds a member to the group of a key. It is called after each change until it leaves. */
  WatchGroup<V> join(K key, Runnable member) {
    return Objects.requireNonNull(
        groups.compute(
            key,
            (same, present) -> {
              WatchGroup<V> group =
                  present == null
                      ? new WatchGroup<>(changed -> register.apply(key, changed))
                      : present;
              group.join(member);
              return group;
            }));
  }

  /** Removes a member from the group of a key. */
  void leave(K key, Runnable member) {
    groups.computeIfPresent(key, (same, group) -> group.leave(member) ? null : group);
  }
}
