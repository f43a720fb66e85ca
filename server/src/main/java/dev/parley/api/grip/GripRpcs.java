package dev.parley.api.grip;

import dev.parley.api.Caller;
import dev.parley.api.Reply;
import dev.parley.core.Sessions;
import dev.parley.model.Session;
import dev.parley.proto.grip.v1.DeleteSessionRequest;
import dev.parley.proto.grip.v1.DeleteSessionResponse;
import dev.parley.proto.grip.v1.GetSessionRequest;
import dev.parley.proto.grip.v1.ListSessionsRequest;
import dev.parley.proto.grip.v1.ListSessionsResponse;
import dev.parley.proto.grip.v1.SessionServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** {@code grip.v1.SessionService}: {@code /api/v1/sessions…}. */
final class GripRpcs extends SessionServiceGrpc.SessionServiceImplBase {
  private static final double MILLIS_PER_DECIMAL = 100.0;
  private static final double DECIMALS_PER_SECOND = 10.0;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Sessions sessions;
  private final Clock clock;

  GripRpcs(Sessions sessions, Clock clock) {
    this.sessions = sessions;
    this.clock = clock;
  }

  /** {@code GET /api/v1/sessions}. */
  @Override
  public void listSessions(
      ListSessionsRequest request, StreamObserver<ListSessionsResponse> observer) {
    Reply.sendLong(
        observer,
        () ->
            sessions
                .keys(Caller.of())
                .all()
                .thenApply(
                    keys ->
                        ListSessionsResponse.newBuilder()
                            .addAllSessions(keys)
                            .setCount(keys.size())
                            .build()));
  }

  /** {@code GET /api/v1/sessions/{key}}. */
  @Override
  public void getSession(
      GetSessionRequest request, StreamObserver<dev.parley.proto.grip.v1.Session> observer) {
    Reply.send(observer, () -> sessions.find(Caller.of(), request.getKey()), this::toWire);
  }

  /** {@code DELETE /api/v1/sessions/{key}}. */
  @Override
  public void deleteSession(
      DeleteSessionRequest request, StreamObserver<DeleteSessionResponse> observer) {
    Reply.send(
        observer,
        () -> sessions.delete(Caller.of(), request.getKey()),
        deleted ->
            DeleteSessionResponse.newBuilder().setDeleted(true).setKey(request.getKey()).build());
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
