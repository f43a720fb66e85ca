package dev.parley.campaign.watch;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.parley.campaign.load.CallErrors;
import dev.parley.campaign.load.Endpoint;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.WatchServiceGrpc;
import dev.parley.proto.v1.WatchSessionsRequest;
import dev.parley.proto.v1.WatchSessionsResponse;
import dev.parley.testing.EventReader;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Watches sessions in a thread of its own, on any of the servers. After a failure, and after some
 * thousand events, it resumes with its last token. Keeps sequences, and not messages.
 */
final class Watcher {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Set<Integer> NO_ANSWER = Set.of(429, 503, 504);
  private static final int GONE = 204;
  private static final int NOT_FOUND = 404;
  private static final int EVENTS_MAX = 20_000;
  private static final int STALL_MESSAGES = 10_000;

  private final String name;
  private final WatchScope scope;
  private final WatchedSessions sessions;
  private final Supplier<List<Endpoint>> endpoints;
  private final Thread thread;
  private final SeenEvents seen;
  private String token = "";
  private boolean stalled;
  private volatile boolean caughtUp;
  private volatile boolean stopped;
  final AtomicInteger connections = new AtomicInteger();

  Watcher(
      String name, WatchScope scope, WatchedSessions sessions, Supplier<List<Endpoint>> endpoints) {
    this.name = name;
    this.scope = scope;
    this.sessions = sessions;
    this.endpoints = endpoints;
    seen = new SeenEvents(name, scope, sessions);
    thread = new Thread(this::run, name);
    thread.start();
  }

  /** What it saw. */
  SeenEvents seen() {
    return seen;
  }

  boolean isCaughtUp() {
    return caughtUp || seen.isOver();
  }

  boolean states() {
    return scope.states();
  }

  /** Ends the watch. */
  void stop() {
    stopped = true;
  }

  void join() throws InterruptedException {
    thread.join(Duration.ofMinutes(1).toMillis());
    if (thread.isAlive()) {
      sessions.found(name + " does not end");
    }
  }

  private void run() {
    while (!stopped && !seen.isOver()) {
      List<Endpoint> open = endpoints.get();
      try {
        Endpoint endpoint = open.get(ThreadLocalRandom.current().nextInt(open.size()));
        connections.incrementAndGet();
        if (scope.events()) {
          readEvents(endpoint);
        } else {
          readStream(endpoint);
        }
      } catch (StatusRuntimeException e) {
        String reason = CallErrors.reason(e);
        if (reason.equals(CallErrors.NOT_FOUND)) {
          seen.gone();
        } else if (!CallErrors.isTrouble(reason)) {
          sessions.found(name + " is refused: " + e);
        }
      } catch (UncheckedIOException e) {
        // The server is gone. The watch is resumed.
      } catch (RuntimeException | AssertionError e) {
        sessions.found(name + " fails: " + e);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void readStream(Endpoint endpoint) {
    WatchSessionsRequest.Builder request = scope.request();
    if (!token.isEmpty()) {
      request.clearAfterSequence().setResumeToken(token);
    }
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + endpoint.key());
    // A connection of its own: a watcher that reads nothing can fill the window of a connection.
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", URI.create(endpoint.url()).getPort())
            .usePlaintext()
            .build();
    try {
      Iterator<WatchSessionsResponse> events =
          WatchServiceGrpc.newBlockingStub(channel)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
              .watchSessions(request.build());
      for (int i = 0; i < EVENTS_MAX && !stopped && events.hasNext(); i++) {
        take(events.next());
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private void readEvents(Endpoint endpoint) {
    try (EventReader events =
        EventReader.open(
            URI.create(endpoint.url()).getPort(),
            scope.path(token),
            request -> request.header("Authorization", "Bearer " + endpoint.key()))) {
      int status = events.status();
      if (status == GONE || status == NOT_FOUND) {
        seen.gone();
      } else if (status != 200 && !NO_ANSWER.contains(status)) {
        sessions.found(name + " is answered " + status + ": " + events.rest());
      }
      if (status != 200) {
        return;
      }
      EventReader.Event event = events.nextOrEnd();
      for (int i = 0; i < EVENTS_MAX && !stopped && event != null; i++) {
        if (!event.name().equals("comment") && !event.data().isEmpty()) {
          take(parse(event.data()));
        }
        event = events.nextOrEnd();
      }
    }
  }

  private static WatchSessionsResponse parse(String json) {
    try {
      // The contents of messages have a form of their own and are not compared.
      WatchSessionsResponse.Builder event = WatchSessionsResponse.newBuilder();
      JsonFormat.parser().ignoringUnknownFields().merge(EventJson.withoutContent(json), event);
      return event.build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private void take(WatchSessionsResponse event) {
    if (event.getResumeToken().isEmpty()) {
      sessions.found(name + " is sent an event without a token");
    }
    token = event.getResumeToken();
    switch (event.getEventCase()) {
      case MESSAGE -> message(event.getSessionId(), event.getMessage());
      case SESSION ->
          seen.state(
              event.getSessionId(),
              event.getSession().getHeadSequence(),
              event.getSession().hasArchiveTime());
      case DELETED -> seen.deleted(event.getSessionId());
      case CAUGHT_UP -> caughtUp();
      default -> {}
    }
  }

  private void message(String id, ChatMessage message) {
    sessions.seen.incrementAndGet();
    seen.message(id, (int) message.getSequence(), Integer.parseInt(message.getMessageId()));
    if (scope.stalls() && !stalled && sessions.seen.get() > STALL_MESSAGES) {
      stall();
    }
  }

  /** Reads nothing until others have written. */
  private void stall() {
    stalled = true;
    long goal = sessions.acknowledged.get() + STALL_MESSAGES;
    while (sessions.acknowledged.get() < goal && !stopped && !sessions.isQuiet()) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void caughtUp() {
    if (scope.late() && !caughtUp) {
      seen.covered().forEach(session -> seen.start(session, head(session)));
    }
    caughtUp = true;
  }

  /**
   * The newest sequence of a session, which is not lower than at the start of the watch. The
   * highest number if the session was deleted since then: what the watch saw of it is complete from
   * its first message on.
   */
  private int head(WatchedSession session) {
    while (true) {
      try {
        Endpoint endpoint = endpoints.get().get(0);
        return (int)
            SessionServiceGrpc.newBlockingStub(endpoint.channel())
                .getSession(
                    GetSessionRequest.newBuilder()
                        .setAgentId(session.agentId)
                        .setSessionId(session.id)
                        .build())
                .getHeadSequence();
      } catch (StatusRuntimeException e) {
        if (CallErrors.reason(e).equals(CallErrors.NOT_FOUND) || stopped) {
          return Integer.MAX_VALUE - 1;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }
}
