package dev.parley.api.guayaba;

import dev.parley.api.Caller;
import dev.parley.api.Reply;
import dev.parley.core.Archives;
import dev.parley.core.Messages;
import dev.parley.core.Sessions;
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
import io.grpc.stub.StreamObserver;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** {@code guayaba.v1.SessionService}: {@code /api/v1/agents/{id}/…}. */
final class GuayabaRpcs extends SessionServiceGrpc.SessionServiceImplBase {
  private static final int HISTORY_DEFAULT = 200;
  private static final Set<Role> HISTORY_ROLES = EnumSet.of(Role.USER, Role.ASSISTANT);

  private final Sessions sessions;
  private final Archives archives;
  private final Messages messages;

  GuayabaRpcs(Sessions sessions, Archives archives, Messages messages) {
    this.sessions = sessions;
    this.archives = archives;
    this.messages = messages;
  }

  /** {@code GET /api/v1/agents/{id}/sessions}. */
  @Override
  public void listSessions(
      ListSessionsRequest request, StreamObserver<ListSessionsResponse> observer) {
    Reply.sendLong(
        observer,
        () ->
            sessions
                .listAll(Caller.of(), UUID.fromString(request.getId()))
                .all()
                .thenApply(GuayabaRpcs::toWire));
  }

  /** {@code POST /api/v1/agents/{id}/sessions/history}. */
  @Override
  public void getSessionHistory(
      GetSessionHistoryRequest request, StreamObserver<GetSessionHistoryResponse> observer) {
    int limit = request.hasLimit() ? request.getLimit() : HISTORY_DEFAULT;
    Reply.sendLong(
        observer,
        () ->
            messages
                .history(
                    Caller.of(),
                    Caller.byKey(request.getId(), request.getSessionKey()),
                    HISTORY_ROLES,
                    limit,
                    Messages.HISTORY_BYTES_MAX)
                .all()
                .thenApply(GuayabaRpcs::toHistory));
  }

  /** {@code POST /api/v1/agents/{id}/sessions/rename}. */
  @Override
  public void renameSession(
      RenameSessionRequest request, StreamObserver<RenameSessionResponse> observer) {
    String label = request.getLabel().isEmpty() ? null : request.getLabel();
    Reply.send(
        observer,
        () ->
            sessions.update(
                Caller.of(),
                Caller.byKey(request.getId(), request.getKey()),
                null,
                profile -> profile.withLabel(label)),
        renamed -> RenameSessionResponse.getDefaultInstance());
  }

  /** {@code POST /api/v1/agents/{id}/sessions/archive}. */
  @Override
  public void archiveSession(
      ArchiveSessionRequest request, StreamObserver<ArchiveSessionResponse> observer) {
    Reply.send(
        observer,
        () -> archives.archive(Caller.of(), Caller.byKey(request.getId(), request.getKey())),
        archived -> ArchiveSessionResponse.getDefaultInstance());
  }

  /** {@code POST /api/v1/agents/{id}/sessions/delete}. */
  @Override
  public void deleteSession(
      DeleteSessionRequest request, StreamObserver<DeleteSessionResponse> observer) {
    Reply.send(
        observer,
        () -> sessions.delete(Caller.of(), Caller.byKey(request.getId(), request.getKey())),
        deleted -> DeleteSessionResponse.getDefaultInstance());
  }

  /** {@code GET /api/v1/agents/{id}/archives}. */
  @Override
  public void listArchives(
      ListArchivesRequest request, StreamObserver<ListArchivesResponse> observer) {
    Reply.sendLong(
        observer,
        () ->
            archives
                .listAll(Caller.of(), UUID.fromString(request.getId()))
                .all()
                .thenApply(GuayabaRpcs::toArchives));
  }

  /** {@code POST /api/v1/agents/{id}/archives/restore}. */
  @Override
  public void restoreArchive(
      RestoreArchiveRequest request, StreamObserver<RestoreArchiveResponse> observer) {
    UnaryOperator<Session.Profile> change =
        request.getLabel().isEmpty()
            ? UnaryOperator.identity()
            : profile -> profile.withLabel(request.getLabel());
    Reply.send(
        observer,
        () ->
            archives.restore(
                Caller.of(),
                UUID.fromString(request.getId()),
                GuayabaMapper.toModel(request.getFilename()),
                change),
        restored -> RestoreArchiveResponse.getDefaultInstance());
  }

  /** {@code POST /api/v1/agents/{id}/archives/delete}. */
  @Override
  public void deleteArchive(
      DeleteArchiveRequest request, StreamObserver<DeleteArchiveResponse> observer) {
    Reply.send(
        observer,
        () ->
            archives.delete(
                Caller.of(),
                UUID.fromString(request.getId()),
                GuayabaMapper.toModel(request.getFilename())),
        deleted -> DeleteArchiveResponse.getDefaultInstance());
  }

  private static GetSessionHistoryResponse toHistory(List<Message> found) {
    GetSessionHistoryResponse.Builder response = GetSessionHistoryResponse.newBuilder();
    found.forEach(message -> response.addMessages(GuayabaMapper.toWire(message)));
    return response.build();
  }

  private static ListSessionsResponse toWire(List<Session> found) {
    ListSessionsResponse.Builder response = ListSessionsResponse.newBuilder();
    found.forEach(session -> response.addSessions(GuayabaMapper.toWire(session)));
    return response.build();
  }

  private static ListArchivesResponse toArchives(List<Session> found) {
    ListArchivesResponse.Builder response = ListArchivesResponse.newBuilder();
    found.forEach(session -> response.addArchives(GuayabaMapper.toArchive(session)));
    return response.build();
  }
}
