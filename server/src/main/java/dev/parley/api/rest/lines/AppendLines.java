package dev.parley.api.rest.lines;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.call.OpenCall;
import dev.parley.api.call.RpcBinding;
import dev.parley.api.call.error.CallErrors;
import dev.parley.api.http.HttpFaults;
import dev.parley.api.rest.answer.AnswerHeaders;
import dev.parley.api.rest.answer.AnswerStream;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.BatchAppendMessagesRequest;
import dev.parley.proto.v1.BatchAppendMessagesResponse;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Appends the lines of a request as they arrive, and answers each with its result, in order. The
 * next lines are read after the client has read the results of the previous ones, so the memory is
 * bounded whatever the length of the request. Runs on the event loop of the request.
 */
public final class AppendLines implements Subscriber<HttpObject> {
  /** The route that takes lines. Armeria must not limit the size of its requests. */
  public static final String PATH = "/v1/messages:batchAppend";

  /** The maximum number of lines that are appended together. */
  private static final int BATCH_LINES_MAX = 256;

  /** The maximum size of a batch in bytes. A longer line is decoded on another thread. */
  private static final int BATCH_BYTES_MAX = 256 * 1024;

  private final ServiceRequestContext ctx;
  private final OpenCall open;
  private final AnswerStream answer;
  private final int lineBytesMax;
  private final Duration readTimeout;
  private final LineBatch batches;
  private final LineSplitter splitter = new LineSplitter();
  private final Deque<byte[]> lines = new ArrayDeque<>();

  private @Nullable Subscription subscription;
  private @Nullable ScheduledFuture<?> timer;
  private boolean busy;
  private long discarded;
  private boolean received;
  private @Nullable SessionException failure;
  private boolean ended;

  /**
   * Creates a reader of one request.
   *
   * @param open the call whose bytes in flight include the lines that are in memory
   * @param lineBytesMax the maximum size of a line in bytes
   * @param readTimeout the maximum time in which the client sends no complete line
   */
  public AppendLines(
      ServiceRequestContext ctx,
      OpenCall open,
      AnswerStream answer,
      int lineBytesMax,
      Duration readTimeout,
      Appender appender) {
    this.ctx = ctx;
    this.open = open;
    this.answer = answer;
    this.lineBytesMax = lineBytesMax;
    this.readTimeout = readTimeout;
    batches = new LineBatch(appender);
  }

  /** Appends one batch with a call of its own. */
  @FunctionalInterface
  public interface Appender {
    /** Fails with the error of the whole batch. */
    CompletableFuture<BatchAppendMessagesResponse> append(BatchAppendMessagesRequest request);
  }

  /** Whether a request to this RPC with a body of this type has lines. */
  public static boolean accepts(RpcBinding rpc, @Nullable MediaType type) {
    return type != null
        && type.is(AnswerHeaders.JSON_LINES)
        && rpc.descriptor().getInputType().equals(BatchAppendMessagesRequest.getDescriptor());
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    this.subscription = subscription;
    next();
  }

  @Override
  public void onNext(HttpObject object) {
    if (object instanceof HttpData data) {
      try (data) {
        if (failure == null) {
          open.reserve(data.length());
          splitter.add(data.array(), this::addEnded);
          requireLineSize(splitter.pending());
        } else {
          discard(data);
        }
      } catch (SessionException e) {
        readNoMore(e);
      }
    }
    next();
  }

  /**
   * Discards data after a failure, because some clients read the response only after they have sent
   * the request.
   */
  private void discard(HttpData data) {
    discarded += data.length();
    if (discarded > lineBytesMax) {
      Objects.requireNonNull(subscription).cancel();
    }
  }

  /** Adds a line that ended with a line feed. */
  private void addEnded(byte[] line) {
    open.release(1);
    add(line);
  }

  /** Adds a line unless it is blank. */
  private void add(byte[] line) {
    requireLineSize(line.length);
    if (isBlank(line)) {
      open.release(line.length);
    } else {
      lines.add(line);
    }
  }

  private static boolean isBlank(byte[] line) {
    for (byte each : line) {
      if (each != ' ' && each != '\t' && each != '\r') {
        return false;
      }
    }
    return true;
  }

  private void requireLineSize(int size) {
    if (size > lineBytesMax) {
      throw CallErrors.tooLarge(lineBytesMax);
    }
  }

  @Override
  public void onComplete() {
    if (received) {
      return;
    }
    received = true;
    try {
      add(splitter.end());
    } catch (SessionException e) {
      failure = e;
    }
    next();
  }

  @Override
  public void onError(Throwable failure) {
    stopTimer();
    if (!ended) {
      ended = true;
      answer.abort(failure);
    }
  }

  /** Appends the lines that are there, or asks for more. */
  private void next() {
    if (busy || ended) {
      return;
    }
    if (!lines.isEmpty()) {
      append();
    } else if (received) {
      ended = true;
      end();
    } else {
      if (timer == null) {
        timer =
            ctx.eventLoop()
                .schedule(this::lineIsLate, readTimeout.toMillis(), TimeUnit.MILLISECONDS);
      }
      Objects.requireNonNull(subscription).request(1);
    }
  }

  private void lineIsLate() {
    readNoMore(CallErrors.deadlineExceeded());
    next();
  }

  private void append() {
    busy = true;
    stopTimer();
    List<byte[]> batch = new ArrayList<>();
    long bytes = 0;
    while (!lines.isEmpty()
        && batch.size() < BATCH_LINES_MAX
        && (batch.isEmpty() || bytes + lines.element().length <= BATCH_BYTES_MAX)) {
      bytes += lines.element().length;
      batch.add(lines.remove());
    }
    long size = bytes;
    Executor decoder = size <= BATCH_BYTES_MAX ? Runnable::run : ctx.blockingTaskExecutor();
    var unused =
        CompletableFuture.completedFuture(batch)
            .thenApplyAsync(AppendLines::parse, decoder)
            .thenCompose(batches::append)
            .thenCompose(this::write)
            .handleAsync(
                (written, thrown) -> {
                  open.release(size);
                  busy = false;
                  if (thrown != null && !ended) {
                    lines.clear();
                    readNoMore(HttpFaults.of(ctx, thrown));
                  }
                  next();
                  return null;
                },
                ctx.eventLoop());
  }

  private static List<AppendLine> parse(List<byte[]> batch) {
    return batch.stream().map(AppendLine::parse).toList();
  }

  private CompletableFuture<Void> write(byte[] results) {
    open.count(results.length);
    return answer
        .write(HttpData.wrap(results))
        .whenComplete((unused, failure) -> open.release(results.length));
  }

  /** Ends the answer after the results of the lines that were read. */
  private void readNoMore(SessionException cause) {
    failure = cause;
    if (!received) {
      received = true;
      Objects.requireNonNull(subscription).request(Long.MAX_VALUE);
    }
  }

  /** If the request was not read to its end, the last line of the answer is the reason. */
  private void end() {
    stopTimer();
    SessionException cause = failure;
    if (cause == null) {
      answer.end();
      return;
    }
    var unused =
        answer
            .write(HttpData.wrap(LineBatch.json(List.of(LineBatch.failed(cause)))))
            .thenRun(() -> answer.end(cause));
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
