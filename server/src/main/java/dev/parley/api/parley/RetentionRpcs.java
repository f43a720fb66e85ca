package dev.parley.api.parley;

import dev.parley.api.Caller;
import dev.parley.api.Reply;
import dev.parley.core.Retention;
import dev.parley.model.Expiry;
import dev.parley.model.Session;
import dev.parley.proto.v1.ExpiringSession;
import dev.parley.proto.v1.PreviewExpiryRequest;
import dev.parley.proto.v1.PreviewExpiryResponse;
import dev.parley.proto.v1.RetentionServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/** {@code parley.v1.RetentionService}: {@code /v1/retention/preview}. */
final class RetentionRpcs extends RetentionServiceGrpc.RetentionServiceImplBase {
  private final Retention retention;

  RetentionRpcs(Retention retention) {
    this.retention = retention;
  }

  /** {@code GET /v1/retention/preview}. */
  @Override
  public void previewExpiry(
      PreviewExpiryRequest request, StreamObserver<PreviewExpiryResponse> observer) {
    var caller = Caller.of();
    Reply.send(
        observer,
        () ->
            retention.preview(
                caller,
                request.getAgentId().isEmpty() ? null : UUID.fromString(request.getAgentId()),
                request.hasUntil() ? NativeMapper.toModel(request.getUntil()) : null,
                Pages.request(request.getPageSize(), request.getPageToken())),
        page -> {
          PreviewExpiryResponse.Builder response = PreviewExpiryResponse.newBuilder();
          page.items().forEach(session -> response.addSessions(toWire(session)));
          if (page.nextToken() != null) {
            response.setNextPageToken(page.nextToken());
          }
          return response.build();
        });
  }

  private static ExpiringSession toWire(Session session) {
    Instant due = Objects.requireNonNull(session.dueTime());
    return ExpiringSession.newBuilder()
        .setAgentId(session.agentId().toString())
        .setSessionId(session.sessionId().toString())
        .setKey(session.key())
        .setExpireTime(NativeMapper.toWire(due))
        .setReason(reason(session.profile().expiry(), due))
        .setUpdateTime(NativeMapper.toWire(session.updateTime()))
        .setMessageCount(session.messageCount())
        .build();
  }

  private static ExpiringSession.Reason reason(Expiry expiry, Instant due) {
    if (due.equals(expiry.expireTime())) {
      return ExpiringSession.Reason.EXPIRE_TIME;
    }
    return expiry.ofAgent() ? ExpiringSession.Reason.DEFAULT_TTL : ExpiringSession.Reason.TTL;
  }
}
