package dev.parley.api.call;

import dev.parley.api.call.error.CallErrors;
import dev.parley.core.read.Chunk;
import dev.parley.core.read.ChunkedRead;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Publishes a chunked read: one element for each chunk, such as a message. A chunk is read when the
 * subscriber requests it. Supports one subscriber.
 *
 * @param <T> the type of the items
 * @param <S> the type of the elements
 */
public final class ChunkPublisher<T, S> implements Publisher<S> {
  private final CompletableFuture<? extends ChunkedRead<T>> opening;
  private final Function<Chunk<T>, S> toMessage;

  private ChunkPublisher(
      CompletableFuture<? extends ChunkedRead<T>> opening, Function<Chunk<T>, S> toMessage) {
    this.opening = opening;
    this.toMessage = toMessage;
  }

  /** Creates a publisher. {@code toMessage} is called once for each chunk, in order. */
  public static <T, S> Publisher<S> of(ChunkedRead<T> read, Function<Chunk<T>, S> toMessage) {
    return new ChunkPublisher<>(CompletableFuture.completedFuture(read), toMessage);
  }

  /** Creates a publisher for a read that is opened by the future. */
  public static <T, S> Publisher<S> of(
      CompletableFuture<? extends ChunkedRead<T>> opening, Function<Chunk<T>, S> toMessage) {
    return new ChunkPublisher<>(opening, toMessage);
  }

  @Override
  public void subscribe(Subscriber<? super S> subscriber) {
    ReadSubscription subscription = new ReadSubscription(subscriber);
    subscriber.onSubscribe(subscription);
  }

  private final class ReadSubscription implements Subscription {
    private final Subscriber<? super S> subscriber;
    private final AtomicBoolean ended = new AtomicBoolean();
    private long demand;
    private boolean reading;

    ReadSubscription(Subscriber<? super S> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      synchronized (this) {
        demand += n;
        if (reading) {
          return;
        }
        reading = true;
      }
      read();
    }

    private void read() {
      var unused =
          opening
              .thenCompose(ChunkedRead::next)
              .handle(
                  (chunk, failure) -> {
                    take(chunk, failure);
                    return null;
                  });
    }

    private void take(@Nullable Chunk<T> chunk, @Nullable Throwable failure) {
      if (ended.get()) {
        return;
      }
      if (chunk == null) {
        fail(failure == null ? new IllegalStateException("No chunk.") : failure);
        return;
      }
      S message;
      try {
        message = toMessage.apply(chunk);
      } catch (RuntimeException e) {
        fail(e);
        return;
      }
      subscriber.onNext(message);
      if (chunk.last()) {
        if (end()) {
          subscriber.onComplete();
        }
        return;
      }
      synchronized (this) {
        if (--demand == 0) {
          reading = false;
          return;
        }
      }
      read();
    }

    private void fail(Throwable failure) {
      if (end()) {
        subscriber.onError(CallErrors.peel(failure));
      }
    }

    private boolean end() {
      boolean first = ended.compareAndSet(false, true);
      if (first) {
        var unused = opening.thenAccept(ChunkedRead::close);
      }
      return first;
    }

    @Override
    public void cancel() {
      end();
    }
  }
}
