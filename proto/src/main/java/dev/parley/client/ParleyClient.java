package dev.parley.client;

import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.ErrorReason;
import dev.parley.proto.v1.GetMessageRequest;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.ListRunsRequest;
import dev.parley.proto.v1.ListRunsResponse;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.ListSessionsResponse;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.RunServiceGrpc;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.WatchSessionsRequest;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of a Parley server. Thread-safe; an application needs one.
 *
 * <pre>{@code
 * try (ParleyClient client =
 *     ParleyClient.builder("parley.example.com:443").apiKey(key).build()) {
 *   client.append(agentId, "api:weather", ParleyClient.message(Role.USER, "Hello"));
 *   Session session = client.getSessionByKey(agentId, "api:weather");
 *   for (ChatMessage message :
 *       client.messages(agentId, session.getSessionId(), Order.OLDEST_FIRST)) {
 *     System.out.println(message.getContent().getText());
 *   }
 * }
 * }</pre>
 *
 * <p>Calls fail with {@link ParleyException}. Each call ends after the timeout that is set in the
 * {@linkplain ParleyClientBuilder builder}. Reads end after 30 seconds at the latest, even if this
 * timeout is longer.
 *
 * <p>What is safe to repeat is repeated: reads up to three times if the server is unavailable, and
 * appends until their deadline if the server is unavailable or asks to try later, such as with
 * {@code OVERLOADED}. The pause is that of the server's {@code RetryInfo}; without one it grows
 * from 0.2 to 3 seconds. An append cannot be stored twice, because its messages get their ids
 * before the first attempt. If it fails with {@code UNAVAILABLE} or {@code DEADLINE_EXCEEDED}
 * nevertheless, it may be stored. To find out, choose the message ids and append again.
 */
public final class ParleyClient implements AutoCloseable {
  private static final int SHUTDOWN_SECONDS = 5;

  private final Channel channel;
  private final @Nullable ManagedChannel owned;
  private final Duration timeout;
  private final ExecutorService executor;
  private final BatchSender sender;
  private final Set<Appender> appenders = ConcurrentHashMap.newKeySet();
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  ParleyClient(
      Channel channel, @Nullable ManagedChannel owned, Duration timeout, ExecutorService executor) {
    this.channel = channel;
    this.owned = owned;
    this.timeout = timeout;
    this.executor = executor;
    sender = new BatchSender(channel, executor, done -> done.forEach(PendingAppend::publish));
  }

  /**
   * Builds a client that connects with TLS.
   *
   * @param target the server, such as {@code parley.example.com:443} or {@code dns:///parley:443}
   */
  public static ParleyClientBuilder builder(String target) {
    return new ParleyClientBuilder(target, null);
  }

  /**
   * Builds a client that uses an existing channel. The client does not close it, and the service
   * config of the channel applies.
   */
  public static ParleyClientBuilder builder(Channel channel) {
    return new ParleyClientBuilder("", channel);
  }

  /** Returns a message with a text. Its id is chosen when it is appended. */
  public static ChatMessage message(ChatMessage.Role role, String text) {
    return ChatMessage.newBuilder()
        .setRole(role)
        .setContent(Content.newBuilder().setText(text))
        .build();
  }

  static AppendMessagesRequest appendRequest(String agentId, String key, ChatMessage... messages) {
    return AppendMessagesRequest.newBuilder()
        .setAgentId(agentId)
        .setKey(key)
        .setCreateIfMissing(true)
        .addAllMessages(List.of(messages))
        .build();
  }

  /** Appends messages to the session with this key, which is created if it does not exist. */
  public AppendMessagesResponse append(String agentId, String key, ChatMessage... messages) {
    return append(appendRequest(agentId, key, messages));
  }

  /**
   * Appends messages to one session and waits until they are durable. Messages without an id get a
   * random one.
   */
  public AppendMessagesResponse append(AppendMessagesRequest request) {
    requireOpen();
    PendingAppend append = new PendingAppend(request, timeout);
    var unused = sender.send(List.of(append));
    try {
      return append.future().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ParleyException failure
          ? failure.rethrown()
          : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ParleyException.of(
          Status.Code.CANCELLED,
          ErrorReason.ERROR_REASON_UNSPECIFIED,
          "The thread was interrupted. The append may be stored.");
    }
  }

  /** Returns a new appender with the default limits. */
  public Appender appender() {
    return appender(AppenderLimits.DEFAULT);
  }

  /** Returns a new appender. Closing the client closes it, too. */
  public Appender appender(AppenderLimits limits) {
    requireOpen();
    Appender appender = new Appender(channel, limits, timeout, executor, appenders::remove);
    appenders.add(appender);
    return appender;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The client is closed.");
    }
  }

  /** Returns an active or archived session. */
  public Session getSession(String agentId, String sessionId) {
    return getSession(
        GetSessionRequest.newBuilder().setAgentId(agentId).setSessionId(sessionId).build());
  }

  /** Returns the active session with this key. */
  public Session getSessionByKey(String agentId, String key) {
    return getSession(GetSessionRequest.newBuilder().setAgentId(agentId).setKey(key).build());
  }

  private Session getSession(GetSessionRequest request) {
    return call(() -> sessions().getSession(request));
  }

  /** Returns a message of an active or archived session. */
  public ChatMessage getMessage(String agentId, String sessionId, String messageId) {
    GetMessageRequest request =
        GetMessageRequest.newBuilder()
            .setAgentId(agentId)
            .setSessionId(sessionId)
            .setMessageId(messageId)
            .build();
    return call(
        () ->
            MessageServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(timeout)
                .getMessage(request));
  }

  /**
   * Lists active sessions, the most recently updated first.
   *
   * @param agentId the agent, or {@code "-"} for all agents that the caller may see
   * @param filter such as {@code user = "ana"}; empty for all; see {@link ListSessionsRequest}
   */
  public Paged<Session> sessions(String agentId, String filter) {
    ListSessionsRequest.Builder request = ListSessionsRequest.newBuilder().setAgentId(agentId);
    return sessions((filter.isEmpty() ? request : request.setFilter(filter)).build());
  }

  /** Lists active sessions. The page token of the request is ignored. */
  public Paged<Session> sessions(ListSessionsRequest request) {
    return new Paged<>(
        token -> {
          ListSessionsResponse page =
              call(() -> sessions().listSessions(request.toBuilder().setPageToken(token).build()));
          return new Paged.Page<>(page.getSessionsList(), page.getNextPageToken());
        });
  }

  /** Lists the messages of an active or archived session. */
  public Paged<ChatMessage> messages(
      String agentId, String sessionId, ListMessagesRequest.Order order) {
    return messages(
        ListMessagesRequest.newBuilder()
            .setAgentId(agentId)
            .setSessionId(sessionId)
            .setOrder(order)
            .build());
  }

  /** Lists messages. The page token of the request is ignored. */
  public Paged<ChatMessage> messages(ListMessagesRequest request) {
    return new Paged<>(
        token -> {
          ListMessagesResponse page =
              call(() -> sessions().listMessages(request.toBuilder().setPageToken(token).build()));
          return new Paged.Page<>(page.getMessagesList(), page.getNextPageToken());
        });
  }

  /**
   * Lists runs, also of all sessions with {@code "-"} as the session. The page token of the request
   * is ignored.
   */
  public Paged<Run> runs(ListRunsRequest request) {
    return new Paged<>(
        token -> {
          ListRunsResponse page =
              call(
                  () ->
                      RunServiceGrpc.newBlockingStub(channel)
                          .withDeadlineAfter(timeout)
                          .listRuns(request.toBuilder().setPageToken(token).build()));
          return new Paged.Page<>(page.getRunsList(), page.getNextPageToken());
        });
  }

  /**
   * Watches sessions. The watch has no timeout, and resumes by itself. The caller must close it.
   * Closing the client closes it, too.
   *
   * <pre>{@code
   * try (Watch watch = client.watch(request)) {
   *   while (watch.hasNext()) {
   *     WatchSessionsResponse event = watch.next();
   *     if (event.hasMessage()) {
   *       handle(event.getSessionId(), event.getMessage());
   *     }
   *   }
   * }
   * }</pre>
   */
  public Watch watch(WatchSessionsRequest request) {
    requireOpen();
    Watch watch = new Watch(channel, request, watches::remove);
    watches.add(watch);
    return watch;
  }

  /** Returns the channel with the API key, for stubs of the other RPCs. */
  public Channel channel() {
    return channel;
  }

  private SessionServiceGrpc.SessionServiceBlockingStub sessions() {
    return SessionServiceGrpc.newBlockingStub(channel).withDeadlineAfter(timeout);
  }

  private static <T> T call(Supplier<T> rpc) {
    try {
      return rpc.get();
    } catch (StatusRuntimeException e) {
      throw ParleyException.of(e);
    }
  }

  /**
   * Closes the appenders, which waits for their appends, and then the connection. An append of
   * another thread that waits for a retry fails at its deadline.
   */
  @Override
  public void close() {
    closed = true;
    appenders.forEach(Appender::close);
    watches.forEach(Watch::close);
    if (owned != null) {
      try {
        if (!owned.shutdown().awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
          owned.shutdownNow();
        }
      } catch (InterruptedException e) {
        owned.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
  }
}
