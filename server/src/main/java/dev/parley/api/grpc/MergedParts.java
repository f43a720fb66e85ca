package dev.parley.api.grpc;

import com.google.protobuf.Message;
import dev.parley.api.call.Transport;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Merges the parts of a response into one message, up to the maximum size for gRPC. */
final class MergedParts<S extends Message> implements Subscriber<S> {
  private final String pagedRpc;
  private final BiConsumer<@Nullable S, @Nullable Throwable> merged;
  private @Nullable Subscription subscription;
  private @Nullable S first;
  private Message.@Nullable Builder all;
  private long bytes;

  /**
   * Creates a subscriber.
   *
   * @param pagedRpc the native RPC that returns the same data in pages
   * @param merged receives the message or the failure
   */
  MergedParts(String pagedRpc, BiConsumer<@Nullable S, @Nullable Throwable> merged) {
    this.pagedRpc = pagedRpc;
    this.merged = merged;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    this.subscription = subscription;
    subscription.request(1);
  }

  @Override
  public void onNext(S part) {
    bytes += part.getSerializedSize();
    if (bytes > Transport.GRPC.answerBytesMax()) {
      Objects.requireNonNull(subscription).cancel();
      merged.accept(
          null,
          new SessionException(
              ErrorReason.ANSWER_TOO_LARGE,
              "The response exceeds the maximum size of a gRPC message, 3.5 MiB. "
                  + pagedRpc
                  + " returns the same data in pages.",
              Map.of("use", pagedRpc)));
      return;
    }
    if (first == null) {
      first = part;
    } else {
      all = (all == null ? first.toBuilder() : all).mergeFrom(part);
    }
    Objects.requireNonNull(subscription).request(1);
  }

  @Override
  public void onError(Throwable failure) {
    merged.accept(null, failure);
  }

  @Override
  @SuppressWarnings("unchecked")
  public void onComplete() {
    merged.accept(all == null ? first : (S) all.build(), null);
  }
}
