package dev.parley.core.live;

import dev.parley.storage.Cancellation;
import dev.parley.storage.live.NoticeRegistration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads repeatedly until a result is complete: at first, and after each change of a session. The
 * last result is the answer when the time is over.
 *
 * @param <T> the type of the result
 */
final class LongPoll<T> {
  private final Function<@Nullable T, CompletableFuture<T>> read;
  private final Predicate<T> complete;
  private final Executor executor;
  private final CompletableFuture<T> answer = new CompletableFuture<>();

  private @Nullable T last;
  private boolean changed = true;
  private boolean reading;
  private boolean over;

  /**
   * Creates a poll.
   *
   * @param read reads, given the previous result
   * @param complete whether a result ends the poll
   * @param executor continues the poll after a read
   */
  LongPoll(
      Function<@Nullable T, CompletableFuture<T>> read, Predicate<T> complete, Executor executor) {
    this.read = read;
    this.complete = complete;
    this.executor = executor;
  }

  /** The answer. */
  CompletableFuture<T> answer() {
    return answer;
  }

  /** Reads again, because the session may have changed. */
  void changed() {
    synchronized (this) {
      changed = true;
    }
    step();
  }

  /** Ends the poll with the last result, or with that of the running read. */
  void end() {
    T result;
    synchronized (this) {
      over = true;
      result = reading ? null : last;
    }
    if (result != null) {
      answer.complete(result);
    }
  }

  /** Ends the poll, because the caller has disconnected. */
  void cancel() {
    answer.completeExceptionally(Cancellation.exception());
  }

  /** Starts a read, unless one is running or nothing has changed since the last one. */
  void step() {
    T previous;
    synchronized (this) {
      if (reading || !changed || answer.isDone()) {
        return;
      }
      reading = true;
      changed = false;
      previous = last;
    }
    var unused =
        read.apply(previous)
            .whenComplete(
                (result, failure) -> {
                  if (failure != null) {
                    answer.completeExceptionally(
                        failure.getCause() == null ? failure : failure.getCause());
                  } else {
                    take(result);
                  }
                });
  }

  private void take(T result) {
    boolean done;
    boolean again;
    synchronized (this) {
      reading = false;
      last = result;
      done = over || complete.test(result);
      again = changed;
    }
    if (done) {
      answer.complete(result);
    } else if (again) {
      executor.execute(this::step);
    }
  }

  /** Watches a session until the answer is complete. Call this before the first read. */
  void watch(NoticeRegistration registration) {
    var unused = answer.whenComplete((result, failure) -> registration.close());
  }
}
