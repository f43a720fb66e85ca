package dev.parley.testing;

import com.google.rpc.RetryInfo;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.SessionServiceGrpc.SessionServiceBlockingStub;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that append and read continuously. A call that fails with a retryable error is repeated
 * unchanged after a short delay, on the next server if there are several.
 */
public final class Traffic implements AutoCloseable {
  private static final int APPENDERS = 8;
  private static final int SESSIONS = 3;
  private static final int READERS = 4;
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final List<Channel> channels;
  private final int sessions;
  private final UUID agentId;
  private final AcknowledgedWrites ledger = new AcknowledgedWrites();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger refusedAppends = new AtomicInteger();
  private final AtomicInteger refusedReads = new AtomicInteger();
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicLong slowest = new AtomicLong();
  private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
  private volatile boolean ended;

  private Traffic(List<Channel> channels, UUID agentId, int sessions) {
    this.channels = channels;
    this.agentId = agentId;
    this.sessions = sessions;
  }

  /** Starts clients that use the sessions of an agent. */
  public static Traffic start(Channel channel, UUID agentId) {
    return new Traffic(List.of(channel), agentId, SESSIONS).start(APPENDERS);
  }

  /** Starts clients that mostly use one session of an agent, through several servers. */
  public static Traffic startOnOneSession(List<Channel> channels, UUID agentId, int appenders) {
    return new Traffic(channels, agentId, 1).start(appenders);
  }

  private Traffic start(int appenders) {
    for (int i = 0; i < appenders; i++) {
      int number = i;
      run(() -> append(number));
    }
    for (int i = 0; i < READERS; i++) {
      int number = i;
      run(() -> read(number));
    }
    return this;
  }

  private void run(Runnable client) {
    Thread thread = new Thread(client, "traffic-" + threads.size());
    threads.add(thread);
    thread.start();
  }

  /**
   * Waits until this number of further messages is acknowledged, and further reads are answered.
   */
  public void awaitProgress(int messages) {
    int count = ledger.count();
    int answered = reads.get();
    Waiting.until(
        () -> ledger.count() >= count + messages && reads.get() >= answered + READERS,
        () -> "progress; surprises: " + surprises);
  }

  /** Waits until the number of further refused appends is twice the number of clients. */
  public void awaitRefusedAppends() {
    await(refusedAppends, 2 * APPENDERS);
  }

  /** Waits until the number of further refused reads is twice the number of clients. */
  public void awaitRefusedReads() {
    await(refusedReads, 2 * READERS);
  }

  private void await(AtomicInteger counter, int more) {
    int before = counter.get();
    Waiting.until(
        () -> counter.get() >= before + more, () -> "refusals; other failures: " + surprises);
  }

  /** The number of calls that failed with a retryable error. */
  public int refused() {
    return refusedAppends.get() + refusedReads.get();
  }

  /** The failures that are not retryable. */
  public List<String> surprises() {
    return List.copyOf(surprises);
  }

  /** The time of the slowest answered call. */
  public Duration slowest() {
    return Duration.ofNanos(slowest.get());
  }

  /** Compares the stored messages with the acknowledged messages, through any server. */
  public void verify(Channel any) {
    ledger.verify(any, agentId);
  }

  private void append(int number) {
    for (int i = 1; !ended; i++) {
      ChatMessage message =
          ChatMessage.newBuilder()
              .setMessageId(number + "/" + i)
              .setRole(ChatMessage.Role.USER)
              .setContent(Content.newBuilder().setText("says " + i))
              .build();
      AppendMessagesRequest request =
          AppendMessagesRequest.newBuilder()
              .setAgentId(agentId.toString())
              .setKey(i % 16 == 0 ? "new:" + number + ":" + i : "shared:" + number % sessions)
              .setCreateIfMissing(true)
              .addMessages(message)
              .build();
      untilAnswered(
          number,
          refusedAppends,
          calls ->
              ledger.acknowledged(request.getKey(), calls.appendMessages(request).getMessages(0)));
    }
  }

  private void read(int number) {
    ListSessionsRequest request =
        ListSessionsRequest.newBuilder().setAgentId(agentId.toString()).setPageSize(10).build();
    while (!ended) {
      untilAnswered(number, refusedReads, calls -> calls.listSessions(request));
      reads.incrementAndGet();
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private interface Call {
    void make(SessionServiceBlockingStub calls);
  }

  private void untilAnswered(int client, AtomicInteger refused, Call call) {
    for (int server = client; !ended; server++) {
      SessionServiceBlockingStub calls =
          SessionServiceGrpc.newBlockingStub(channels.get(server % channels.size()));
      long begin = System.nanoTime();
      try {
        call.make(calls);
        return;
      } catch (StatusRuntimeException e) {
        if (isRetryable(e)) {
          refused.incrementAndGet();
        } else {
          surprises.add(e.toString());
        }
      } catch (RuntimeException | AssertionError e) {
        surprises.add(e.toString());
        return;
      } finally {
        slowest.accumulateAndGet(System.nanoTime() - begin, Math::max);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** Whether the call can be retried: the server says so, or it is down and there are others. */
  private boolean isRetryable(StatusRuntimeException e) {
    com.google.rpc.Status status = StatusProto.fromThrowable(e);
    boolean said = status != null && status.getDetailsCount() > 0;
    boolean told =
        said && status.getDetailsList().stream().anyMatch(detail -> detail.is(RetryInfo.class));
    boolean gone = !said && channels.size() > 1;
    return e.getStatus().getCode() == Status.Code.UNAVAILABLE && (told || gone);
  }

  @Override
  public void close() {
    ended = true;
    Waiting.until(
        () -> threads.stream().noneMatch(Thread::isAlive), () -> "clients that do not end");
  }
}
