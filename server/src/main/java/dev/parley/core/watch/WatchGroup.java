package dev.parley.core.watch;

import dev.parley.storage.live.NoticeRegistration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Watches that report the same. They share what they read, so that a message is read and encoded
 * once for all of them. Thread-safe.
 *
 * @param <V> what is read
 */
final class WatchGroup<V> {
  private final Set<Runnable> members = ConcurrentHashMap.newKeySet();
  private final NoticeRegistration registration;
  private volatile @Nullable Recent<V> recent;
  private volatile long furthest;

  /**
   * Creates a group without members.
   *
   * @param register registers what to call after each change
   */
  WatchGroup(Function<Runnable, NoticeRegistration> register) {
    registration = register.apply(this::changed);
  }

  /** The last read. */
  private record Recent<V>(WatchCursor after, CompletableFuture<V> result) {}

  private void changed() {
    // First, so that no member takes what was read before the change.
    recent = null;
    members.forEach(Runnable::run);
  }

  /** Calls a member after each change until it leaves. */
  void join(Runnable member) {
    members.add(member);
  }

  /** Removes a member. If it was the last one, ends the group and returns true. */
  boolean leave(Runnable member) {
    members.remove(member);
    if (!members.isEmpty()) {
      return false;
    }
    registration.close();
    return true;
  }

  /** Reads after a cursor, or returns what another member has read there since the last change. */
  CompletableFuture<V> read(WatchCursor after, Function<WatchCursor, CompletableFuture<V>> read) {
    Recent<V> last = recent;
    if (last != null && last.after().equals(after)) {
      return last.result();
    }
    if (!isShared()) {
      return read.apply(after);
    }
    Recent<V> next = new Recent<>(after, new CompletableFuture<>());
    // Before the read, so that a change during the read removes it again.
    recent = next;
    CompletableFuture<V> reading;
    try {
      reading = read.apply(after);
    } catch (RuntimeException e) {
      reading = CompletableFuture.failedFuture(e);
    }
    var unused =
        reading.whenComplete(
            (result, failure) -> {
              if (failure == null) {
                next.result().complete(result);
              } else {
                recent = null;
                next.result().completeExceptionally(failure);
              }
            });
    return next.result();
  }

  /** Whether several watches report the same. */
  boolean isShared() {
    return members.size() > 1;
  }

  /** Takes note that a member has read up to a place. */
  void reached(long number) {
    // Two members can overwrite each other. The number is only a hint.
    furthest = Math.max(furthest, number);
  }

  /** A place up to which a member has read; 0 if no member has told one. */
  long furthest() {
    return furthest;
  }

  /** Releases what was read. */
  void idle() {
    recent = null;
  }
}
