package dev.parley.api.rest.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.linecorp.armeria.common.HttpData;
import dev.parley.api.call.OpenCall;
import dev.parley.api.call.StreamItem;
import dev.parley.api.json.JsonCodec;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Sends the responses of a streaming RPC as Server-Sent Events, as fast as the client reads them.
 * The id of an event is the field {@code resume_token} of the response. The name is that of the
 * field that is set in the oneof {@code event}. A heartbeat is a comment.
 */
public final class EventStream implements Subscriber<List<StreamItem<Message>>> {
  private static final String ID = "resume_token";
  private static final String EVENT = "event";
  private static final String HEARTBEAT = "heartbeat";

  /** After how many milliseconds a browser connects again. */
  private static final HttpData FIRST = HttpData.ofUtf8("retry: 1000\n\n");

  private final Supplier<AnswerStream> opening;
  private final Consumer<Throwable> failed;
  private final OpenCall open;

  private @Nullable Subscription subscription;
  private @Nullable AnswerStream stream;
  private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);

  /**
   * Creates a sender.
   *
   * @param opening starts the response; can fail with an exception
   * @param failed sends an error if the response has not started
   * @param open the call whose bytes in flight include an event that the client has not read
   */
  public EventStream(Supplier<AnswerStream> opening, Consumer<Throwable> failed, OpenCall open) {
    this.opening = opening;
    this.failed = failed;
    this.open = open;
  }

  /** Whether the responses of an RPC can be sent as events. */
  public static boolean supports(Descriptor response) {
    return response.findFieldByName(ID) != null
        && response.getOneofs().stream().anyMatch(oneof -> oneof.getName().equals(EVENT));
  }

  private static byte[] encode(Message response) {
    Descriptor type = response.getDescriptorForType();
    FieldDescriptor event =
        response.getOneofFieldDescriptor(
            type.getOneofs().stream()
                .filter(oneof -> oneof.getName().equals(EVENT))
                .findFirst()
                .orElseThrow());
    if (event == null || event.getName().equals(HEARTBEAT)) {
      return (": " + HEARTBEAT + "\n\n").getBytes(UTF_8);
    }
    byte[] head =
        "id: %s\nevent: %s\ndata: "
            .formatted(
                response.getField(type.findFieldByName(ID)), event.getName().replace('_', '-'))
            .getBytes(UTF_8);
    // The JSON has no line breaks.
    byte[] json = JsonCodec.write(response);
    byte[] bytes = new byte[head.length + json.length + 2];
    System.arraycopy(head, 0, bytes, 0, head.length);
    System.arraycopy(json, 0, bytes, head.length, json.length);
    bytes[bytes.length - 2] = '\n';
    bytes[bytes.length - 1] = '\n';
    return bytes;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    this.subscription = subscription;
    subscription.request(1);
  }

  @Override
  public void onNext(List<StreamItem<Message>> responses) {
    AnswerStream to = stream;
    try {
      if (to == null) {
        to = opening.get();
        stream = to;
        write(to, FIRST);
      }
      write(to, HttpData.wrap(StreamItem.join(responses, EventStream::encode)));
    } catch (RuntimeException e) {
      Objects.requireNonNull(subscription).cancel();
      onError(e);
      return;
    }
    var unused =
        written.whenComplete(
            (done, failure) -> {
              if (failure == null) {
                Objects.requireNonNull(subscription).request(1);
              } else {
                Objects.requireNonNull(subscription).cancel();
              }
            });
  }

  private void write(AnswerStream to, HttpData data) {
    int bytes = data.length();
    open.reserve(bytes);
    written =
        written
            .thenCompose(unused -> to.write(data))
            .whenComplete((unused, failure) -> open.release(bytes));
  }

  /** Ends the response. A client resumes it in the same way as after a lost connection. */
  @Override
  public void onError(Throwable failure) {
    AnswerStream to = stream;
    if (to == null) {
      failed.accept(failure);
    } else {
      var unused = written.thenRun(() -> to.end(failure));
    }
  }

  @Override
  public void onComplete() {
    AnswerStream to = Objects.requireNonNull(stream);
    var unused = written.thenRun(to::end);
  }
}
