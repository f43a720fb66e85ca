package dev.parley.api.parley;

import com.google.protobuf.Empty;
import dev.parley.api.call.Call;
import dev.parley.api.call.RpcBinding;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.api.parley.mapper.AppendMapper;
import dev.parley.api.parley.mapper.Masked;
import dev.parley.api.parley.mapper.MessageMapper;
import dev.parley.api.parley.mapper.NativeMapper;
import dev.parley.api.parley.mapper.Pages;
import dev.parley.api.parley.mapper.ProfileMapper;
import dev.parley.api.parley.mapper.ReadMask;
import dev.parley.api.parley.mapper.RequestIds;
import dev.parley.api.parley.mapper.SessionRefs;
import dev.parley.api.parley.mapper.WaitMapper;
import dev.parley.core.Archives;
import dev.parley.core.Messages;
import dev.parley.core.Sessions;
import dev.parley.core.filter.SessionCount;
import dev.parley.core.live.MessageFollower;
import dev.parley.core.page.Batch;
import dev.parley.core.page.MessageListing;
import dev.parley.core.page.MessageWindow;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.request.RequestId;
import dev.parley.model.AppendResult;
import dev.parley.model.FieldViolation;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.Session.Profile;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ArchiveSessionRequest;
import dev.parley.proto.v1.BatchGetSessionsRequest;
import dev.parley.proto.v1.BatchGetSessionsResponse;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.ClearSessionRequest;
import dev.parley.proto.v1.CountSessionsRequest;
import dev.parley.proto.v1.CountSessionsResponse;
import dev.parley.proto.v1.CreateSessionRequest;
import dev.parley.proto.v1.DeleteSessionRequest;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.ListArchivesRequest;
import dev.parley.proto.v1.ListArchivesResponse;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.ListSessionsResponse;
import dev.parley.proto.v1.ResponseView;
import dev.parley.proto.v1.RestoreSessionRequest;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.UpdateSessionRequest;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code parley.v1.SessionService}: {@code /v1/agents/{agent_id}/…}. */
final class SessionService {
  private final Sessions sessions;
  private final Archives archives;
  private final Messages messages;
  private final MessageFollower follower;

  SessionService(
      Sessions sessions, Archives archives, Messages messages, MessageFollower follower) {
    this.sessions = sessions;
    this.archives = archives;
    this.messages = messages;
    this.follower = follower;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(SessionServiceGrpc.getServiceDescriptor())
        .unary(
            SessionServiceGrpc.getCreateSessionMethod(), this::createSession, NativeMapper::toWire)
        .unary(SessionServiceGrpc.getGetSessionMethod(), this::getSession, NativeMapper::toWire)
        .unary(
            SessionServiceGrpc.getBatchGetSessionsMethod(),
            this::batchGetSessions,
            SessionService::toBatch)
        .unary(
            SessionServiceGrpc.getListSessionsMethod(),
            this::listSessions,
            SessionService::toSessions)
        .unary(
            SessionServiceGrpc.getCountSessionsMethod(),
            this::countSessions,
            counted ->
                CountSessionsResponse.newBuilder()
                    .setCount(counted.count())
                    .setMore(counted.more())
                    .build())
        .unary(
            SessionServiceGrpc.getListArchivesMethod(),
            this::listArchives,
            SessionService::toArchives)
        .unary(
            SessionServiceGrpc.getUpdateSessionMethod(), this::updateSession, NativeMapper::toWire)
        .unary(
            SessionServiceGrpc.getDeleteSessionMethod(),
            this::deleteSession,
            deleted -> Empty.getDefaultInstance())
        .unary(SessionServiceGrpc.getClearSessionMethod(), this::clearSession, NativeMapper::toWire)
        .unary(
            SessionServiceGrpc.getArchiveSessionMethod(),
            this::archiveSession,
            NativeMapper::toWire)
        .unary(
            SessionServiceGrpc.getRestoreSessionMethod(),
            this::restoreSession,
            NativeMapper::toWire)
        .unary(
            SessionServiceGrpc.getAppendMessagesMethod(),
            this::appendMessages,
            appended -> AppendMapper.toWire(appended.result(), appended.view()))
        .unaryOfCall(
            SessionServiceGrpc.getListMessagesMethod(),
            this::listMessages,
            SessionService::toMessages)
        .build();
  }

  /** {@code POST /v1/agents/{agent_id}/sessions}. */
  private CompletableFuture<Session> createSession(Call call, CreateSessionRequest request) {
    RequestId requestId = RequestIds.toModel(request.getRequestId());
    UUID agentId = UUID.fromString(request.getAgentId());
    String key = request.getSession().getKey();
    Profile profile = ProfileMapper.toModel(request.getSession());
    return requestId == null
        ? sessions.create(call.caller(), agentId, key, profile)
        : sessions.create(call.caller(), agentId, key, profile, requestId);
  }

  /** {@code GET /v1/agents/{agent_id}/sessions/{session_id}}, {@code …/keys/{key=**}}. */
  private CompletableFuture<Session> getSession(Call call, GetSessionRequest request) {
    return sessions.get(
        call.caller(),
        SessionRefs.of(call, request.getAgentId(), request.getSessionId(), request.getKey()));
  }

  /** {@code GET /v1/agents/{agent_id}/sessions:batchGet}. */
  private CompletableFuture<Masked<Batch<UUID, Session>>> batchGetSessions(
      Call call, BatchGetSessionsRequest request) {
    ReadMask mask = ReadMask.ofSession(request.getReadMask());
    return sessions
        .get(
            call.caller(),
            UUID.fromString(request.getAgentId()),
            request.getSessionIdsList().stream().map(UUID::fromString).toList())
        .thenApply(found -> new Masked<>(found, mask));
  }

  private static BatchGetSessionsResponse toBatch(Masked<Batch<UUID, Session>> found) {
    BatchGetSessionsResponse.Builder response = BatchGetSessionsResponse.newBuilder();
    for (Session session : found.result().items()) {
      response.addSessions(found.mask().apply(NativeMapper.toWire(session)));
    }
    found.result().missing().forEach(id -> response.addMissingSessionIds(id.toString()));
    found.result().remaining().forEach(id -> response.addRemainingSessionIds(id.toString()));
    return response.build();
  }

  /** {@code GET /v1/agents/{agent_id}/sessions}. */
  private CompletableFuture<Masked<Page<Session>>> listSessions(
      Call call, ListSessionsRequest request) {
    ReadMask mask = ReadMask.ofSession(request.getReadMask());
    String id = request.getAgentId();
    UUID agentId = id.equals(RpcBinding.WILDCARD) ? null : UUID.fromString(id);
    PageRequest page = Pages.request(request.getPageSize(), request.getPageToken());
    boolean isPlain = request.getFilter().isBlank() && request.getOrderBy().isBlank();
    if (isPlain && !request.getShowArchived()) {
      return sessions
          .list(call.caller(), agentId, NativeMapper.emptyToNull(request.getSearch()), page)
          .thenApply(found -> new Masked<>(found, mask));
    }
    if (!request.getSearch().isEmpty()) {
      throw SessionException.invalid(
          FieldViolation.format(
              "search", "must not be set with filter, order_by or show_archived"));
    }
    return sessions
        .filtered()
        .list(
            call.caller(),
            agentId,
            request.getFilter(),
            request.getOrderBy(),
            request.getShowArchived(),
            page)
        .thenApply(found -> new Masked<>(found, mask));
  }

  private static ListSessionsResponse toSessions(Masked<Page<Session>> page) {
    ListSessionsResponse.Builder response = ListSessionsResponse.newBuilder();
    for (Session session : page.result().items()) {
      response.addSessions(page.mask().apply(NativeMapper.toWire(session)));
    }
    NativeMapper.ifPresent(page.result().nextToken(), response::setNextPageToken);
    return response.build();
  }

  /** {@code GET /v1/agents/{agent_id}/sessions:count}. */
  private CompletableFuture<SessionCount> countSessions(Call call, CountSessionsRequest request) {
    String id = request.getAgentId();
    return sessions.count(
        call.caller(),
        id.equals(RpcBinding.WILDCARD) ? null : UUID.fromString(id),
        request.getFilter());
  }

  /** {@code GET /v1/agents/{agent_id}/archives}. */
  private CompletableFuture<Page<Session>> listArchives(Call call, ListArchivesRequest request) {
    return archives.list(
        call.caller(),
        UUID.fromString(request.getAgentId()),
        NativeMapper.emptyToNull(request.getSearch()),
        Pages.request(request.getPageSize(), request.getPageToken()));
  }

  private static ListArchivesResponse toArchives(Page<Session> page) {
    ListArchivesResponse.Builder response = ListArchivesResponse.newBuilder();
    page.items().forEach(session -> response.addArchives(NativeMapper.toWire(session)));
    NativeMapper.ifPresent(page.nextToken(), response::setNextPageToken);
    return response.build();
  }

  /** {@code PATCH /v1/agents/{agent_id}/sessions/{session_id}}. */
  private CompletableFuture<Session> updateSession(Call call, UpdateSessionRequest request) {
    return sessions.update(
        call.caller(),
        call.byId(request.getAgentId(), request.getSessionId()),
        request.getSession().getEtag(),
        ProfileMapper.change(request.getSession(), request.getUpdateMask().getPathsList()));
  }

  /** {@code DELETE /v1/agents/{agent_id}/sessions/{session_id}}. */
  private CompletableFuture<@Nullable Void> deleteSession(Call call, DeleteSessionRequest request) {
    SessionRef.ById ref = call.byId(request.getAgentId(), request.getSessionId());
    return Deletions.complete(
        sessions.delete(call.caller(), ref, request.getEtag()), request.getAllowMissing());
  }

  /** {@code POST /v1/agents/{agent_id}/sessions/{session_id}:clear}. */
  private CompletableFuture<Session> clearSession(Call call, ClearSessionRequest request) {
    return messages.clear(
        call.caller(),
        call.byId(request.getAgentId(), request.getSessionId()),
        request.getEtag(),
        request.hasExpectedHeadSequence()
            ? OptionalLong.of(request.getExpectedHeadSequence())
            : OptionalLong.empty());
  }

  /** {@code POST /v1/agents/{agent_id}/sessions/{session_id}:archive}. */
  private CompletableFuture<Session> archiveSession(Call call, ArchiveSessionRequest request) {
    return archives.archive(
        call.caller(), call.byId(request.getAgentId(), request.getSessionId()), request.getEtag());
  }

  /** {@code POST /v1/agents/{agent_id}/sessions/{session_id}:restore}. */
  private CompletableFuture<Session> restoreSession(Call call, RestoreSessionRequest request) {
    return archives.restore(
        call.caller(),
        call.byId(request.getAgentId(), request.getSessionId()),
        request.getEtag(),
        !request.getRequestId().isEmpty());
  }

  /** {@code POST /v1/agents/{agent_id}/messages:append}. */
  private CompletableFuture<Appended> appendMessages(Call call, AppendMessagesRequest request) {
    return messages
        .append(call.caller(), AppendMapper.toModel(call, request))
        .thenApply(result -> new Appended(result, request.getResponseView()));
  }

  private record Appended(AppendResult result, ResponseView view) {}

  /** {@code GET /v1/agents/{agent_id}/sessions/{session_id}/messages}. */
  private CompletableFuture<Masked<MessageWindow>> listMessages(
      Call call, ListMessagesRequest request) {
    ReadMask mask = ReadMask.of(request.getReadMask(), ChatMessage.getDescriptor());
    MessageListing listing = MessageMapper.toModel(call, request);
    PageRequest page = Pages.request(request.getPageSize(), request.getPageToken());
    return (request.hasWait()
            ? follower.list(call.caller(), listing, page, WaitMapper.toModel(call, request))
            : messages.list(call.caller(), listing, page))
        .thenApply(found -> new Masked<>(found, mask));
  }

  private static ListMessagesResponse toMessages(Call call, Masked<MessageWindow> page) {
    ListMessagesResponse.Builder response = ListMessagesResponse.newBuilder();
    for (Message message : page.result().messages()) {
      response.addMessages(page.mask().apply(MessageMapper.toWire(call, message)));
    }
    NativeMapper.ifPresent(page.result().nextToken(), response::setNextPageToken);
    NativeMapper.ifPresent(page.result().previousToken(), response::setPreviousPageToken);
    return response.build();
  }
}
