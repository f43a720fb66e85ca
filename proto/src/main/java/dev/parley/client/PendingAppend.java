package dev.parley.client;

import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.ChatMessage;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An append that is not answered yet, and its outcome. */
final class PendingAppend {
  private final AppendMessagesRequest request;
  private final Deadline deadline;
  private final CompletableFuture<AppendMessagesResponse> future = new CompletableFuture<>();
  private @Nullable AppendMessagesResponse response;
  private @Nullable ParleyException failure;

  PendingAppend(AppendMessagesRequest request, Duration timeout) {
    this.request = withIds(request);
    deadline = Deadline.after(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Names the session as the caller does. Two appends with equal names keep their order. */
  record SessionName(String agentId, String key, String sessionId) {}

  /** Sets the missing message ids, so that each attempt sends the same ones. */
  private static AppendMessagesRequest withIds(AppendMessagesRequest request) {
    if (request.getMessagesList().stream().noneMatch(each -> each.getMessageId().isEmpty())) {
      return request;
    }
    AppendMessagesRequest.Builder identified = request.toBuilder();
    for (ChatMessage.Builder message : identified.getMessagesBuilderList()) {
      if (message.getMessageId().isEmpty()) {
        message.setMessageId(UUID.randomUUID().toString());
      }
    }
    return identified.build();
  }

  AppendMessagesRequest request() {
    return request;
  }

  int bytes() {
    return request.getSerializedSize();
  }

  SessionName session() {
    return new SessionName(request.getAgentId(), request.getKey(), request.getSessionId());
  }

  Deadline deadline() {
    return deadline;
  }

  /** Whether the deadline is more than {@code delay} away. */
  boolean canWait(Duration delay) {
    return deadline.timeRemaining(TimeUnit.NANOSECONDS) > delay.toNanos();
  }

  CompletableFuture<AppendMessagesResponse> future() {
    return future;
  }

  void succeed(AppendMessagesResponse response) {
    this.response = response;
  }

  void fail(ParleyException failure) {
    this.failure = failure;
  }

  /** Completes the future with the outcome. */
  void publish() {
    if (failure != null) {
      future.completeExceptionally(failure);
    } else {
      future.complete(response);
    }
  }
}
