package dev.parley.api.parley;

import com.google.protobuf.UnsafeByteOperations;
import dev.parley.api.call.StreamItem;
import dev.parley.api.call.error.CallErrors;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.CreateBackupResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Publishes the bytes that are written to it as messages. A write blocks until the subscriber
 * requests the next message, so only one message is in memory.
 */
final class BackupStream extends OutputStream implements Subscription {
  private static final int CHUNK_BYTES = 256 * 1024;

  private final Subscriber<? super List<StreamItem<CreateBackupResponse>>> subscriber;
  private final Duration readTimeout;
  private final Semaphore demand = new Semaphore(0);

  private byte[] chunk = new byte[CHUNK_BYTES];
  private int filled;
  private volatile boolean cancelled;

  /**
   * Creates a stream for one subscriber.
   *
   * @param readTimeout the maximum time between two requests of the subscriber
   */
  BackupStream(
      Subscriber<? super List<StreamItem<CreateBackupResponse>>> subscriber, Duration readTimeout) {
    this.subscriber = subscriber;
    this.readTimeout = readTimeout;
  }

  @Override
  public void request(long n) {
    demand.release((int) Math.min(n, 1 << 20));
  }

  @Override
  public void cancel() {
    cancelled = true;
    demand.release();
  }

  /** Completes the stream when {@code written} completes, with the same result. */
  void endWith(CompletableFuture<Void> written) {
    var unused =
        written.whenComplete(
            (done, failure) -> {
              if (failure == null) {
                subscriber.onComplete();
              } else {
                subscriber.onError(CallErrors.peel(failure));
              }
            });
  }

  /** Publishes the first message, with the total size of the archived files in bytes. */
  void begin(long fileBytes) throws IOException {
    publish(CreateBackupResponse.newBuilder().setFileBytes(fileBytes).build());
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    int left = length;
    while (left > 0) {
      int count = Math.min(left, CHUNK_BYTES - filled);
      System.arraycopy(bytes, from, chunk, filled, count);
      filled += count;
      from += count;
      left -= count;
      if (filled == CHUNK_BYTES) {
        flush();
      }
    }
  }

  @Override
  public void flush() throws IOException {
    if (filled > 0) {
      CreateBackupResponse response =
          CreateBackupResponse.newBuilder()
              .setData(UnsafeByteOperations.unsafeWrap(chunk, 0, filled))
              .build();
      chunk = new byte[CHUNK_BYTES];
      filled = 0;
      publish(response);
    }
  }

  private void publish(CreateBackupResponse response) throws IOException {
    try {
      if (!demand.tryAcquire(readTimeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new SessionException(
            ErrorReason.DEADLINE_EXCEEDED,
            "The caller read nothing for %d seconds.".formatted(readTimeout.toSeconds()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted.");
    }
    if (cancelled) {
      throw new SessionException(ErrorReason.UNAVAILABLE, "The client disconnected.");
    }
    subscriber.onNext(List.of(new StreamItem<>(response)));
  }
}
