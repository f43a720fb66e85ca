package dev.parley.client;

import dev.parley.client.PendingAppend.SessionName;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.BatchAppendMessagesRequest;
import dev.parley.proto.v1.BatchAppendMessagesResponse;
import dev.parley.proto.v1.BatchAppendResult;
import dev.parley.proto.v1.ErrorReason;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.ResponseView;
import dev.parley.proto.v1.SessionServiceGrpc;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Sends appends, and sends them again until each has an outcome or is past its deadline. */
final class BatchSender {
  private static final long FIRST_BACKOFF_MILLIS = 200;
  private static final long LONGEST_BACKOFF_MILLIS = 3_000;
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  private final Channel channel;
  private final Executor executor;
  private final Consumer<List<PendingAppend>> settled;

  /**
   * Creates a sender.
   *
   * @param executor runs the attempts after the first
   * @param settled takes appends that have their outcome
   */
  BatchSender(Channel channel, Executor executor, Consumer<List<PendingAppend>> settled) {
    this.channel = channel;
    this.executor = executor;
    this.settled = settled;
  }

  /** Sends a batch. The returned future completes when each append in it has its outcome. */
  CompletableFuture<Void> send(List<PendingAppend> batch) {
    return attempt(batch, 0);
  }

  private CompletableFuture<Void> attempt(List<PendingAppend> batch, int failures) {
    ParleyException expired =
        ParleyException.of(
            Status.Code.DEADLINE_EXCEEDED,
            ErrorReason.DEADLINE_EXCEEDED,
            "The deadline passed before the append was sent.");
    List<PendingAppend> live = withTimeLeft(batch, Duration.ZERO, expired);
    if (live.isEmpty()) {
      return DONE;
    }
    return call(live)
        .handle(
            (results, failure) ->
                failure == null
                    ? answered(live, results, failures)
                    : failed(live, ParleyException.of(failure), failures))
        .thenCompose(rest -> rest);
  }

  /** Makes one call. An append that is alone is sent as such: its errors name its own fields. */
  private CompletableFuture<List<BatchAppendResult>> call(List<PendingAppend> batch) {
    Deadline deadline =
        batch.stream().map(PendingAppend::deadline).reduce(BatchSender::later).orElseThrow();
    try {
      return batch.size() == 1
          ? callAlone(batch.get(0), deadline)
          : callTogether(batch, deadline)
              .thenApply(
                  results -> {
                    if (results.size() != batch.size()) {
                      throw new IllegalStateException("The response has another size.");
                    }
                    return results;
                  });
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Deadline later(Deadline one, Deadline other) {
    return one.isBefore(other) ? other : one;
  }

  private CompletableFuture<List<BatchAppendResult>> callAlone(
      PendingAppend append, Deadline deadline) {
    Answer<AppendMessagesResponse> answer = new Answer<>();
    SessionServiceGrpc.newStub(channel)
        .withDeadline(deadline)
        .appendMessages(append.request(), answer);
    return answer.thenApply(
        appended -> List.of(BatchAppendResult.newBuilder().setAppended(appended).build()));
  }

  private CompletableFuture<List<BatchAppendResult>> callTogether(
      List<PendingAppend> batch, Deadline deadline) {
    BatchAppendMessagesRequest.Builder request =
        BatchAppendMessagesRequest.newBuilder().setResponseView(ResponseView.RESPONSE_VIEW_IDS);
    batch.forEach(append -> request.addRequests(append.request()));
    Answer<BatchAppendMessagesResponse> answer = new Answer<>();
    MessageServiceGrpc.newStub(channel)
        .withDeadline(deadline)
        .batchAppendMessages(request.build(), answer);
    return answer.thenApply(BatchAppendMessagesResponse::getResponsesList);
  }

  private CompletableFuture<Void> answered(
      List<PendingAppend> batch, List<BatchAppendResult> results, int failures) {
    List<PendingAppend> done = new ArrayList<>(batch.size());
    List<PendingAppend> again = new ArrayList<>();
    ParleyException failure = null;
    // An append is not repeated if a later one of its session is stored: they would change places.
    Set<SessionName> stored = new HashSet<>();
    for (int i = batch.size() - 1; i >= 0; i--) {
      PendingAppend append = batch.get(i);
      if (results.get(i).hasAppended()) {
        append.succeed(results.get(i).getAppended());
        stored.add(append.session());
        done.add(append);
        continue;
      }
      ParleyException error = ParleyException.of(results.get(i).getError());
      if (error.isRetryable() && !stored.contains(append.session())) {
        failure = error;
        again.add(append);
      } else {
        append.fail(error);
        done.add(append);
      }
    }
    Collections.reverse(done);
    Collections.reverse(again);
    settled.accept(done);
    return failure == null ? DONE : retry(again, failure, failures);
  }

  private CompletableFuture<Void> failed(
      List<PendingAppend> batch, ParleyException failure, int failures) {
    if (failure.isRetryable()) {
      return retry(batch, failure, failures);
    }
    if (failure.isAboutContents() && batch.size() > 1) {
      // Halves, until what is invalid is alone. Nothing of the batch is stored.
      int half = batch.size() / 2;
      return attempt(batch.subList(0, half), 0)
          .thenCompose(sent -> attempt(batch.subList(half, batch.size()), 0));
    }
    batch.forEach(append -> append.fail(failure));
    settled.accept(batch);
    return DONE;
  }

  private CompletableFuture<Void> retry(
      List<PendingAppend> batch, ParleyException failure, int failures) {
    Duration delay = failure.retryDelay().orElseGet(() -> backoff(failures));
    List<PendingAppend> live = withTimeLeft(batch, delay, failure);
    if (live.isEmpty()) {
      return DONE;
    }
    return CompletableFuture.supplyAsync(
            () -> attempt(live, failures + 1),
            CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, executor))
        .thenCompose(rest -> rest);
  }

  /** Settles those that cannot wait for {@code delay} with {@code failure}. Returns the others. */
  private List<PendingAppend> withTimeLeft(
      List<PendingAppend> batch, Duration delay, ParleyException failure) {
    List<PendingAppend> live = new ArrayList<>(batch.size());
    List<PendingAppend> late = new ArrayList<>();
    for (PendingAppend append : batch) {
      if (append.canWait(delay)) {
        live.add(append);
      } else {
        append.fail(failure);
        late.add(append);
      }
    }
    if (!late.isEmpty()) {
      settled.accept(late);
    }
    return live;
  }

  private static Duration backoff(int failures) {
    long longest = Math.min(FIRST_BACKOFF_MILLIS << Math.min(failures, 10), LONGEST_BACKOFF_MILLIS);
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
  }

  /** The answer of a unary call. */
  private static final class Answer<T> extends CompletableFuture<T> implements StreamObserver<T> {
    @Override
    public void onNext(T response) {
      complete(response);
    }

    @Override
    public void onError(Throwable failure) {
      completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      // The response of a unary call precedes this.
    }
  }
}
