package dev.parley.api.rest.answer;

import com.google.protobuf.Message;
import com.linecorp.armeria.common.HttpData;
import dev.parley.api.json.JsonPartsWriter;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Sends a response that is produced in parts. A response of one part is sent as a whole. A longer
 * response is sent part by part, as the client reads it.
 */
public final class PartsAnswer implements Subscriber<Message> {
  private final Consumer<Message> whole;
  private final Supplier<AnswerStream> stream;
  private final Consumer<Throwable> failed;
  private final JsonPartsWriter json;

  private @Nullable Subscription subscription;
  private @Nullable Message pending;
  private @Nullable AnswerStream sending;
  private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);

  /**
   * Creates a sender.
   *
   * @param whole sends a response of one part
   * @param stream starts a response of several parts; can fail with an exception
   * @param failed sends an error if nothing was sent yet
   * @param json writes the parts
   */
  public PartsAnswer(
      Consumer<Message> whole,
      Supplier<AnswerStream> stream,
      Consumer<Throwable> failed,
      JsonPartsWriter json) {
    this.whole = whole;
    this.stream = stream;
    this.failed = failed;
    this.json = json;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    this.subscription = subscription;
    subscription.request(1);
  }

  @Override
  public void onNext(Message part) {
    Message before = pending;
    pending = part;
    if (before == null) {
      // Whether this is the only part is known after the next one was requested.
      more();
      return;
    }
    try {
      if (sending == null) {
        sending = stream.get();
      }
      write(json.add(before));
    } catch (RuntimeException e) {
      cancel();
      onError(e);
      return;
    }
    written =
        written.handle(
            (unused, failure) -> {
              if (failure == null) {
                more();
              } else {
                cancel();
              }
              return null;
            });
  }

  private void write(byte[] piece) {
    AnswerStream to = Objects.requireNonNull(sending);
    HttpData data = HttpData.wrap(piece);
    written = written.thenCompose(unused -> to.write(data));
  }

  private void more() {
    Objects.requireNonNull(subscription).request(1);
  }

  private void cancel() {
    Objects.requireNonNull(subscription).cancel();
  }

  @Override
  public void onError(Throwable failure) {
    if (sending == null) {
      failed.accept(failure);
    } else {
      sending.abort(failure);
    }
  }

  @Override
  public void onComplete() {
    Message last = Objects.requireNonNull(pending);
    AnswerStream to = sending;
    if (to == null) {
      whole.accept(last);
      return;
    }
    write(json.end(last));
    var unused = written.thenRun(to::end);
  }
}
