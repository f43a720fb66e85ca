package dev.parley.api.grip;

import dev.parley.api.call.Call;
import dev.parley.api.call.ChunkPublisher;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.core.Sessions;
import dev.parley.core.read.Chunk;
import dev.parley.model.Session;
import dev.parley.proto.grip.v1.DeleteSessionRequest;
import dev.parley.proto.grip.v1.DeleteSessionResponse;
import dev.parley.proto.grip.v1.GetSessionRequest;
import dev.parley.proto.grip.v1.ListSessionsRequest;
import dev.parley.proto.grip.v1.ListSessionsResponse;
import dev.parley.proto.grip.v1.SessionServiceGrpc;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;

/** {@code grip.v1.SessionService}: {@code /api/v1/sessions…}. */
final class GripSessionService {
  private static final double MILLIS_PER_DECIMAL = 100.0;
  private static final double DECIMALS_PER_SECOND = 10.0;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Sessions sessions;
  private final Clock clock;

  GripSessionService(Sessions sessions, Clock clock) {
    this.sessions = sessions;
    this.clock = clock;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(SessionServiceGrpc.getServiceDescriptor())
        .inParts(SessionServiceGrpc.getListSessionsMethod(), this::listSessions)
        .unary(SessionServiceGrpc.getGetSessionMethod(), this::getSession, this::toWire)
        .unary(SessionServiceGrpc.getDeleteSessionMethod(), this::deleteSession, deleted -> deleted)
        .build();
  }

  /** {@code GET /api/v1/sessions}. */
  private Publisher<ListSessionsResponse> listSessions(Call call, ListSessionsRequest request) {
    AtomicInteger count = new AtomicInteger();
    return ChunkPublisher.of(sessions.keys(call.caller()), chunk -> part(chunk, count));
  }

  /** The last part contains the number of all keys. */
  private static ListSessionsResponse part(Chunk<String> chunk, AtomicInteger count) {
    return ListSessionsResponse.newBuilder()
        .addAllSessions(chunk.items())
        .setCount(count.addAndGet(chunk.items().size()))
        .build();
  }

  /** {@code GET /api/v1/sessions/{key}}. */
  private CompletableFuture<Session> getSession(Call call, GetSessionRequest request) {
    return sessions.find(call.caller(), request.getKey());
  }

  /** {@code DELETE /api/v1/sessions/{key}}. */
  private CompletableFuture<DeleteSessionResponse> deleteSession(
      Call call, DeleteSessionRequest request) {
    return sessions
        .delete(call.caller(), request.getKey())
        .thenApply(
            deleted ->
                DeleteSessionResponse.newBuilder()
                    .setDeleted(true)
                    .setKey(request.getKey())
                    .build());
  }

  private dev.parley.proto.grip.v1.Session toWire(Session session) {
    Duration age = Duration.between(session.createTime(), clock.instant());
    return dev.parley.proto.grip.v1.Session.newBuilder()
        .setKey(session.key())
        .setMessageCount(session.messageCount())
        .setCreatedAt(seconds(session.createTime()))
        .setUpdatedAt(seconds(session.updateTime()))
        .setAgeSeconds(
            Math.max(0, Math.round(age.toMillis() / MILLIS_PER_DECIMAL)) / DECIMALS_PER_SECOND)
        .build();
  }

  private static double seconds(Instant time) {
    return time.getEpochSecond() + time.getNano() / NANOS_PER_SECOND;
  }
}
