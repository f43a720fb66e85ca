package dev.parley.api.parley;

import dev.parley.api.call.Call;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.api.parley.mapper.NativeMapper;
import dev.parley.api.parley.mapper.Pages;
import dev.parley.core.AuditLog;
import dev.parley.core.page.Page;
import dev.parley.model.audit.AuditActor;
import dev.parley.proto.v1.AuditEntry;
import dev.parley.proto.v1.AuditServiceGrpc;
import dev.parley.proto.v1.ListAuditEntriesRequest;
import dev.parley.proto.v1.ListAuditEntriesResponse;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** {@code parley.v1.AuditService}: {@code /v1/auditEntries}. */
final class AuditService {
  private final AuditLog audit;

  AuditService(AuditLog audit) {
    this.audit = audit;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(AuditServiceGrpc.getServiceDescriptor())
        .unary(
            AuditServiceGrpc.getListAuditEntriesMethod(),
            this::listAuditEntries,
            AuditService::toWire)
        .build();
  }

  /** {@code GET /v1/auditEntries}. */
  private CompletableFuture<Page<dev.parley.model.audit.AuditEntry>> listAuditEntries(
      Call call, ListAuditEntriesRequest request) {
    return audit.list(
        call.caller(),
        filter(request),
        Pages.request(request.getPageSize(), request.getPageToken()));
  }

  private static ListAuditEntriesResponse toWire(Page<dev.parley.model.audit.AuditEntry> page) {
    ListAuditEntriesResponse.Builder response = ListAuditEntriesResponse.newBuilder();
    page.items().forEach(entry -> response.addEntries(toWire(entry)));
    NativeMapper.ifPresent(page.nextToken(), response::setNextPageToken);
    return response.build();
  }

  private static AuditLog.Filter filter(ListAuditEntriesRequest request) {
    return new AuditLog.Filter(
        NativeMapper.emptyToNull(request.getOwner()),
        request.getAgentId().isEmpty() ? null : UUID.fromString(request.getAgentId()),
        request.getAction(),
        request.hasSince() ? NativeMapper.toModel(request.getSince()) : null,
        request.hasUntil() ? NativeMapper.toModel(request.getUntil()) : null);
  }

  private static AuditEntry toWire(dev.parley.model.audit.AuditEntry entry) {
    AuditActor actor = entry.actor();
    dev.parley.model.audit.AuditEntry.Target target = entry.target();
    AuditEntry.Builder wire =
        AuditEntry.newBuilder()
            .setEntryId(entry.entryId().toString())
            .setTime(NativeMapper.toWire(entry.time()))
            .setAction(entry.action())
            .setIdentity(actor.identity())
            .setAddress(actor.address())
            .setRequestId(actor.requestId())
            .setTransport(actor.transport())
            .setFace(actor.api());
    NativeMapper.ifPresent(actor.keyId(), id -> wire.setActorKeyId(id.toString()));
    NativeMapper.ifPresent(target.owner(), wire::setOwner);
    NativeMapper.ifPresent(target.agentId(), id -> wire.setAgentId(id.toString()));
    NativeMapper.ifPresent(target.sessionId(), id -> wire.setSessionId(id.toString()));
    NativeMapper.ifPresent(target.keyId(), id -> wire.setKeyId(id.toString()));
    NativeMapper.ifPresent(target.successorKeyId(), id -> wire.setSuccessorKeyId(id.toString()));
    NativeMapper.ifPresent(target.messageSequence(), wire::setMessageSequence);
    NativeMapper.ifPresent(target.webhookId(), id -> wire.setWebhookId(id.toString()));
    return wire.build();
  }
}
