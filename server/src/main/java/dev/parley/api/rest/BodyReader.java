package dev.parley.api.rest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import dev.parley.api.call.OpenCall;
import dev.parley.api.call.error.CallErrors;
import dev.parley.model.SessionException;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Reads the body of a request into memory that it reserves for the call, as the data arrives. */
final class BodyReader implements Subscriber<HttpObject> {
  /** The maximum memory that is reserved for a declared length before the data arrives. */
  private static final long RESERVED_AHEAD_BYTES = 64 * 1024;

  private final OpenCall open;
  private final int bytesMax;
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private byte[] first = {};
  private @Nullable ByteArrayOutputStream pieces;
  private long reserved;

  private BodyReader(OpenCall open, int bytesMax) {
    this.open = open;
    this.bytesMax = bytesMax;
  }

  /**
   * Reads the body of {@code request}. Fails with {@code REQUEST_TOO_LARGE} above {@code bytesMax}
   * and with {@code OVERLOADED} if no memory is available. The rest of the body is then discarded.
   */
  static CompletableFuture<byte[]> read(HttpRequest request, OpenCall open, int bytesMax) {
    BodyReader reader = new BodyReader(open, bytesMax);
    // A declared length over the limit is rejected at once.
    long declared = request.headers().contentLength();
    reader.reserve(declared > bytesMax ? declared : Math.min(declared, RESERVED_AHEAD_BYTES));
    request.subscribe(reader);
    return reader.body;
  }

  private void reserve(long size) {
    if (size > bytesMax) {
      fail(CallErrors.tooLarge(bytesMax));
    } else if (size > reserved && !body.isDone()) {
      try {
        open.reserve(size - reserved);
        reserved = size;
      } catch (SessionException e) {
        fail(e);
      }
    }
  }

  private void fail(Throwable failure) {
    body.completeExceptionally(failure);
    first = new byte[0];
    pieces = null;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(HttpObject object) {
    if (object instanceof HttpData data) {
      try (data) {
        reserve(size() + data.length());
        if (!body.isDone()) {
          add(data.array());
        }
      }
    }
  }

  private long size() {
    return pieces == null ? first.length : pieces.size();
  }

  /** Most bodies arrive in one piece, which is not copied. */
  private void add(byte[] piece) {
    if (first.length == 0) {
      first = piece;
      return;
    }
    ByteArrayOutputStream all = pieces;
    if (all == null) {
      all = new ByteArrayOutputStream((int) Math.max(reserved, first.length));
      all.writeBytes(first);
      pieces = all;
    }
    all.writeBytes(piece);
  }

  @Override
  public void onError(Throwable failure) {
    fail(failure);
  }

  @Override
  public void onComplete() {
    body.complete(pieces == null ? first : pieces.toByteArray());
  }
}
