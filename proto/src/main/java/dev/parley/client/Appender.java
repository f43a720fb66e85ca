package dev.parley.client;

import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.ErrorReason;
import dev.parley.proto.v1.ResponseView;
import io.grpc.Channel;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Gathers appends into batches. While one {@code BatchAppendMessages} call is in flight, further
 * appends wait, and go together with the next. So many threads that append at the same time share a
 * few calls, and an append that is alone is sent at once.
 *
 * <pre>{@code
 * try (Appender appender = client.appender()) {
 *   CompletableFuture<AppendMessagesResponse> stored =
 *       appender.append(agentId, "api:weather", ParleyClient.message(Role.USER, "Hello"));
 *   long sequence = stored.join().getMessages(0).getSequence();
 * }
 * }</pre>
 *
 * <p>Each append succeeds or fails on its own, with a {@link ParleyException}. Appends to one
 * session are stored in the order in which they were added, provided that all name the session in
 * the same way: by key or by id. An append that fails does not stop those after it.
 *
 * <p>Errors that can pass are retried, as {@link ParleyClient} describes, until the deadline of the
 * append, which begins when it is added. An append is not retried if a later one of its session is
 * stored already.
 *
 * <p>Futures complete on threads of the client, several one after the other. A dependent stage that
 * blocks must be added with an {@code Async} method. Thread-safe.
 */
public final class Appender implements AutoCloseable {
  private final AppenderLimits limits;
  private final Duration timeout;
  private final Executor executor;
  private final BatchSender sender;
  private final Consumer<Appender> onClose;

  private final Object lock = new Object();
  // Guarded by lock, from here on.
  private final Deque<PendingAppend> queue = new ArrayDeque<>();
  private int entries;
  private long bytes;
  private int publishing;
  private boolean sending;
  private boolean closed;

  Appender(
      Channel channel,
      AppenderLimits limits,
      Duration timeout,
      Executor executor,
      Consumer<Appender> onClose) {
    this.limits = limits;
    this.timeout = timeout;
    this.executor = executor;
    this.onClose = onClose;
    sender = new BatchSender(channel, executor, this::settled);
  }

  /**
   * Appends messages to the session with this key, which is created if it does not exist.
   *
   * @see #append(AppendMessagesRequest)
   */
  public CompletableFuture<AppendMessagesResponse> append(
      String agentId, String key, ChatMessage... messages) {
    return append(ParleyClient.appendRequest(agentId, key, messages));
  }

  /**
   * Appends messages to one session. Messages without an id get a random one.
   *
   * <p>The future completes when the messages are durable. Of the session, its response contains
   * only {@code agent_id}, {@code session_id}, {@code key}, {@code message_count} and {@code
   * head_sequence}, and of the messages {@code sequence} and {@code message_id}. The {@code
   * response_view} of the request is ignored. Cancelling the future does not cancel the append.
   *
   * <p>The future fails at once with {@code OVERLOADED} if the limits of the queue are exceeded.
   *
   * @throws IllegalStateException if this appender is closed
   */
  public CompletableFuture<AppendMessagesResponse> append(AppendMessagesRequest request) {
    PendingAppend append =
        new PendingAppend(
            request.toBuilder().setResponseView(ResponseView.RESPONSE_VIEW_IDS).build(), timeout);
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("The appender is closed.");
      }
      if (entries == limits.queueEntries() || bytes + append.bytes() > limits.queueBytes()) {
        return CompletableFuture.failedFuture(
            ParleyException.of(
                Status.Code.RESOURCE_EXHAUSTED,
                ErrorReason.OVERLOADED,
                "The queue of the appender is full."));
      }
      entries++;
      bytes += append.bytes();
      queue.add(append);
      if (sending) {
        return append.future();
      }
      sending = true;
    }
    sendNext();
    return append.future();
  }

  private void sendNext() {
    List<PendingAppend> batch = nextBatch();
    if (!batch.isEmpty()) {
      // On another thread, because a batch that has expired completes at once.
      var unused = sender.send(batch).thenRunAsync(this::sendNext, executor);
    }
  }

  private List<PendingAppend> nextBatch() {
    synchronized (lock) {
      List<PendingAppend> batch = new ArrayList<>();
      long size = 0;
      while (!queue.isEmpty() && batch.size() < limits.batchEntries()) {
        size += queue.getFirst().bytes();
        if (size > limits.batchBytes() && !batch.isEmpty()) {
          break;
        }
        batch.add(queue.removeFirst());
      }
      sending = !batch.isEmpty();
      lock.notifyAll();
      return batch;
    }
  }

  /** Completes futures on another thread, so that the next batch does not wait for their stages. */
  private void settled(List<PendingAppend> appends) {
    synchronized (lock) {
      entries -= appends.size();
      appends.forEach(append -> bytes -= append.bytes());
      publishing++;
    }
    executor.execute(
        () -> {
          appends.forEach(PendingAppend::publish);
          synchronized (lock) {
            publishing--;
            lock.notifyAll();
          }
        });
  }

  /**
   * Waits until each append has its outcome and its future is complete: at most until their
   * deadlines. Appends that follow are rejected. Must not be called by a stage of a future.
   */
  @Override
  public void close() {
    boolean interrupted = false;
    synchronized (lock) {
      closed = true;
      while (sending || publishing > 0) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    onClose.accept(this);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
