package dev.parley.api.parley;

import dev.parley.api.call.Call;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.api.parley.mapper.NativeMapper;
import dev.parley.api.parley.mapper.Pages;
import dev.parley.core.Retention;
import dev.parley.core.page.Page;
import dev.parley.model.Expiry;
import dev.parley.model.Session;
import dev.parley.proto.v1.ExpiringSession;
import dev.parley.proto.v1.PreviewExpiryRequest;
import dev.parley.proto.v1.PreviewExpiryResponse;
import dev.parley.proto.v1.RetentionServiceGrpc;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** {@code parley.v1.RetentionService}: {@code /v1/retention/preview}. */
final class RetentionService {
  private static final int EXAMINED_MAX = 100;

  private final Retention retention;

  RetentionService(Retention retention) {
    this.retention = retention;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(RetentionServiceGrpc.getServiceDescriptor())
        .unary(
            RetentionServiceGrpc.getPreviewExpiryMethod(),
            this::previewExpiry,
            RetentionService::toWire)
        .build();
  }

  /** {@code GET /v1/retention/preview}. */
  private CompletableFuture<Page<Session>> previewExpiry(Call call, PreviewExpiryRequest request) {
    return retention.preview(
        call.caller(),
        request.getAgentId().isEmpty() ? null : UUID.fromString(request.getAgentId()),
        request.hasUntil() ? NativeMapper.toModel(request.getUntil()) : null,
        Pages.request(request.getPageSize(), EXAMINED_MAX, request.getPageToken()));
  }

  private static PreviewExpiryResponse toWire(Page<Session> page) {
    PreviewExpiryResponse.Builder response = PreviewExpiryResponse.newBuilder();
    page.items().forEach(session -> response.addSessions(toWire(session)));
    NativeMapper.ifPresent(page.nextToken(), response::setNextPageToken);
    return response.build();
  }

  private static ExpiringSession toWire(Session session) {
    Instant due = Objects.requireNonNull(session.effectiveExpireTime());
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
    return expiry.agentDefault() ? ExpiringSession.Reason.DEFAULT_TTL : ExpiringSession.Reason.TTL;
  }
}
