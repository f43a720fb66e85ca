package dev.parley.api.guayaba;

import dev.parley.api.call.Call;
import dev.parley.api.call.ChunkPublisher;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.core.Archives;
import dev.parley.core.Messages;
import dev.parley.core.Sessions;
import dev.parley.core.read.Chunk;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.proto.guayaba.v1.ArchiveSessionRequest;
import dev.parley.proto.guayaba.v1.ArchiveSessionResponse;
import dev.parley.proto.guayaba.v1.DeleteArchiveRequest;
import dev.parley.proto.guayaba.v1.DeleteArchiveResponse;
import dev.parley.proto.guayaba.v1.DeleteSessionRequest;
import dev.parley.proto.guayaba.v1.DeleteSessionResponse;
import dev.parley.proto.guayaba.v1.GetSessionHistoryRequest;
import dev.parley.proto.guayaba.v1.GetSessionHistoryResponse;
import dev.parley.proto.guayaba.v1.ListArchivesRequest;
import dev.parley.proto.guayaba.v1.ListArchivesResponse;
import dev.parley.proto.guayaba.v1.ListSessionsRequest;
import dev.parley.proto.guayaba.v1.ListSessionsResponse;
import dev.parley.proto.guayaba.v1.RenameSessionRequest;
import dev.parley.proto.guayaba.v1.RenameSessionResponse;
import dev.parley.proto.guayaba.v1.RestoreArchiveRequest;
import dev.parley.proto.guayaba.v1.RestoreArchiveResponse;
import dev.parley.proto.guayaba.v1.SessionServiceGrpc;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;

/** {@code guayaba.v1.SessionService}: {@code /api/v1/agents/{id}/…}. */
final class GuayabaSessionService {
  private static final int HISTORY_DEFAULT = 200;
  private static final Set<Role> HISTORY_ROLES = EnumSet.of(Role.USER, Role.ASSISTANT);

  private final Sessions sessions;
  private final Archives archives;
  private final Messages messages;

  GuayabaSessionService(Sessions sessions, Archives archives, Messages messages) {
    this.sessions = sessions;
    this.archives = archives;
    this.messages = messages;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(SessionServiceGrpc.getServiceDescriptor())
        .inParts(SessionServiceGrpc.getListSessionsMethod(), this::listSessions)
        .inParts(SessionServiceGrpc.getGetSessionHistoryMethod(), this::getSessionHistory)
        .unary(
            SessionServiceGrpc.getRenameSessionMethod(),
            this::renameSession,
            renamed -> RenameSessionResponse.getDefaultInstance())
        .unary(
            SessionServiceGrpc.getArchiveSessionMethod(),
            this::archiveSession,
            archived -> ArchiveSessionResponse.getDefaultInstance())
        .unary(
            SessionServiceGrpc.getDeleteSessionMethod(),
            this::deleteSession,
            deleted -> DeleteSessionResponse.getDefaultInstance())
        .inParts(SessionServiceGrpc.getListArchivesMethod(), this::listArchives)
        .unary(
            SessionServiceGrpc.getRestoreArchiveMethod(),
            this::restoreArchive,
            restored -> RestoreArchiveResponse.getDefaultInstance())
        .unary(
            SessionServiceGrpc.getDeleteArchiveMethod(),
            this::deleteArchive,
            deleted -> DeleteArchiveResponse.getDefaultInstance())
        .build();
  }

  /** {@code GET /api/v1/agents/{id}/sessions}. */
  private Publisher<ListSessionsResponse> listSessions(Call call, ListSessionsRequest request) {
    return ChunkPublisher.of(
        sessions.listAll(call.caller(), UUID.fromString(request.getId())),
        GuayabaSessionService::toSessions);
  }

  /** {@code POST /api/v1/agents/{id}/sessions/history}. */
  private Publisher<GetSessionHistoryResponse> getSessionHistory(
      Call call, GetSessionHistoryRequest request) {
    return ChunkPublisher.of(
        messages.history(
            call.caller(),
            call.byKey(request.getId(), request.getSessionKey()),
            HISTORY_ROLES,
            request.hasLimit() ? request.getLimit() : HISTORY_DEFAULT,
            call.transport().answerBytesMax()),
        chunk -> toHistory(chunk, call));
  }

  /** {@code POST /api/v1/agents/{id}/sessions/rename}. */
  private CompletableFuture<Session> renameSession(Call call, RenameSessionRequest request) {
    String label = request.getLabel().isEmpty() ? null : request.getLabel();
    return sessions.update(
        call.caller(),
        call.byKey(request.getId(), request.getKey()),
        null,
        profile -> profile.withLabel(label));
  }

  /** {@code POST /api/v1/agents/{id}/sessions/archive}. */
  private CompletableFuture<Session> archiveSession(Call call, ArchiveSessionRequest request) {
    return archives.archive(call.caller(), call.byKey(request.getId(), request.getKey()));
  }

  /** {@code POST /api/v1/agents/{id}/sessions/delete}. */
  private CompletableFuture<Session> deleteSession(Call call, DeleteSessionRequest request) {
    return sessions.delete(call.caller(), call.byKey(request.getId(), request.getKey()));
  }

  /** {@code GET /api/v1/agents/{id}/archives}. */
  private Publisher<ListArchivesResponse> listArchives(Call call, ListArchivesRequest request) {
    return ChunkPublisher.of(
        archives.listAll(call.caller(), UUID.fromString(request.getId())),
        GuayabaSessionService::toArchives);
  }

  /** {@code POST /api/v1/agents/{id}/archives/restore}. */
  private CompletableFuture<Session> restoreArchive(Call call, RestoreArchiveRequest request) {
    UnaryOperator<Session.Profile> change =
        request.getLabel().isEmpty()
            ? UnaryOperator.identity()
            : profile -> profile.withLabel(request.getLabel());
    return archives.restore(
        call.caller(),
        UUID.fromString(request.getId()),
        GuayabaMapper.toModel(request.getFilename()),
        change);
  }

  /** {@code POST /api/v1/agents/{id}/archives/delete}. */
  private CompletableFuture<Session> deleteArchive(Call call, DeleteArchiveRequest request) {
    return archives.delete(
        call.caller(),
        UUID.fromString(request.getId()),
        GuayabaMapper.toModel(request.getFilename()));
  }

  private static GetSessionHistoryResponse toHistory(Chunk<Message> chunk, Call call) {
    GetSessionHistoryResponse.Builder response = GetSessionHistoryResponse.newBuilder();
    for (Message message : chunk.items()) {
      response.addMessages(GuayabaMapper.toWire(message, call.transport()));
    }
    return response.build();
  }

  private static ListSessionsResponse toSessions(Chunk<Session> chunk) {
    ListSessionsResponse.Builder response = ListSessionsResponse.newBuilder();
    chunk.items().forEach(session -> response.addSessions(GuayabaMapper.toWire(session)));
    return response.build();
  }

  private static ListArchivesResponse toArchives(Chunk<Session> chunk) {
    ListArchivesResponse.Builder response = ListArchivesResponse.newBuilder();
    chunk.items().forEach(session -> response.addArchives(GuayabaMapper.toArchive(session)));
    return response.build();
  }
}
