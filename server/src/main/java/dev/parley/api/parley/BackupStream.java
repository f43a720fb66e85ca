package dev.parley.api.parley;

import com.google.protobuf.UnsafeByteOperations;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.CreateBackupResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bytes that go to a caller as messages, at its pace: who writes waits until the caller has taken
 * what came before, so that one message is in memory at a time.
 */
final class BackupStream extends OutputStream {
  private static final int CHUNK_BYTES = 256 * 1024;

  private final ServerCallStreamObserver<CreateBackupResponse> call;
  private final Executor eventLoop;
  private final Duration patience;

  /** One when the next message may be sent. */
  private final Semaphore turn = new Semaphore(1);

  private byte[] chunk = new byte[CHUNK_BYTES];
  private int filled;
  private boolean waiting;
  private volatile boolean cancelled;

  /**
   * A stream to a caller; to be made on its event loop, before its call's handler returns.
   *
   * @param patience how long a caller may take nothing
   */
  BackupStream(
      ServerCallStreamObserver<CreateBackupResponse> call, Executor eventLoop, Duration patience) {
    this.call = call;
    this.eventLoop = eventLoop;
    this.patience = patience;
    call.setOnReadyHandler(this::goOn);
    call.setOnCancelHandler(
        () -> {
          cancelled = true;
          turn.release();
        });
  }

  /** Says how long it may become. */
  void begin(long fileBytes) throws IOException {
    send(CreateBackupResponse.newBuilder().setFileBytes(fileBytes).build());
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
      send(response);
    }
  }

  private void send(CreateBackupResponse response) throws IOException {
    try {
      if (!turn.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new SessionException(
            ErrorReason.DEADLINE_EXCEEDED,
            "The caller took nothing for %d seconds.".formatted(patience.toSeconds()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted.");
    }
    if (cancelled) {
      throw new SessionException(ErrorReason.UNAVAILABLE, "The caller has gone.");
    }
    eventLoop.execute(
        () -> {
          if (!cancelled) {
            call.onNext(response);
            waiting = true;
            goOn();
          }
        });
  }

  /** Lets the next message come, if there is room for it. On the event loop. */
  private void goOn() {
    if (waiting && call.isReady()) {
      waiting = false;
      turn.release();
    }
  }
}
