package dev.parley.api.parley;

import com.google.protobuf.Empty;
import dev.parley.api.Caller;
import dev.parley.api.Reply;
import dev.parley.core.Archives;
import dev.parley.core.Messages;
import dev.parley.core.Page;
import dev.parley.core.Sessions;
import dev.parley.model.Appended;
import dev.parley.model.FieldViolation;
import dev.parley.model.FieldViolation.Rule;
import dev.parley.model.Message;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.ArchiveSessionRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.CreateSessionRequest;
import dev.parley.proto.v1.DeleteSessionRequest;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.ListArchivesRequest;
import dev.parley.proto.v1.ListArchivesResponse;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.ListSessionsResponse;
import dev.parley.proto.v1.RestoreSessionRequest;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.UpdateSessionRequest;
import io.grpc.stub.StreamObserver;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** {@code parley.v1.SessionService}: {@code /v1/agents/{agent_id}/…}. */
final class SessionRpcs extends SessionServiceGrpc.SessionServiceImplBase {
  private final Sessions sessions;
  private final Archives archives;
  private final Messages messages;

  SessionRpcs(Sessions sessions, Archives archives, Messages messages) {
    this.sessions = sessions;
    this.archives = archives;
    this.messages = messages;
  }

  /** {@code POST /v1/agents/{agent_id}/sessions}. */
  @Override
  public void createSession(CreateSessionRequest request, StreamObserver<Session> observer) {
    var caller = Caller.of();
    Reply.send(
        observer,
        () ->
            sessions.create(
                caller,
                UUID.fromString(request.getAgentId()),
                request.getSession().getKey(),
                ProfileMapper.toModel(request.getSession())),
        NativeMapper::toWire);
  }

  /** {@code GET /v1/agents/{agent_id}/sessions/{session_id}}, {@code …/keys/{key=**}}. */
  @Override
  public void getSession(GetSessionRequest request, StreamObserver<Session> observer) {
    Reply.send(
        observer,
        () ->
            sessions.get(
                Caller.of(), ref(request.getAgentId(), request.getSessionId(), request.getKey())),
        NativeMapper::toWire);
  }

  /** {@code GET /v1/agents/{agent_id}/sessions}. */
  @Override
  public void listSessions(
      ListSessionsRequest request, StreamObserver<ListSessionsResponse> observer) {
    var caller = Caller.of();
    Page.Request page = Pages.request(request.getPageSize(), request.getPageToken());
    String part = NativeMapper.emptyToNull(request.getSearch());
    Reply.send(
        observer,
        () -> sessions.list(caller, UUID.fromString(request.getAgentId()), part, page),
        found -> {
          ListSessionsResponse.Builder response = ListSessionsResponse.newBuilder();
          found.items().forEach(session -> response.addSessions(NativeMapper.toWire(session)));
          if (found.nextToken() != null) {
            response.setNextPageToken(found.nextToken());
          }
          return response.build();
        });
  }

  /** {@code GET /v1/agents/{agent_id}/archives}. */
  @Override
  public void listArchives(
      ListArchivesRequest request, StreamObserver<ListArchivesResponse> observer) {
    var caller = Caller.of();
    Page.Request page = Pages.request(request.getPageSize(), request.getPageToken());
    String part = NativeMapper.emptyToNull(request.getSearch());
    Reply.send(
        observer,
        () -> archives.list(caller, UUID.fromString(request.getAgentId()), part, page),
        found -> {
          ListArchivesResponse.Builder response = ListArchivesResponse.newBuilder();
          found.items().forEach(session -> response.addArchives(NativeMapper.toWire(session)));
          if (found.nextToken() != null) {
            response.setNextPageToken(found.nextToken());
          }
          return response.build();
        });
  }

  /** {@code PATCH /v1/agents/{agent_id}/sessions/{session_id}}. */
  @Override
  public void updateSession(UpdateSessionRequest request, StreamObserver<Session> observer) {
    Reply.send(
        observer,
        () ->
            sessions.update(
                Caller.of(),
                Caller.byId(request.getAgentId(), request.getSessionId()),
                request.getSession().getEtag(),
                ProfileMapper.change(request.getSession(), request.getUpdateMask().getPathsList())),
        NativeMapper::toWire);
  }

  /** {@code DELETE /v1/agents/{agent_id}/sessions/{session_id}}. */
  @Override
  public void deleteSession(DeleteSessionRequest request, StreamObserver<Empty> observer) {
    Reply.send(
        observer,
        () ->
            sessions.delete(Caller.of(), Caller.byId(request.getAgentId(), request.getSessionId())),
        deleted -> Empty.getDefaultInstance());
  }

  /** {@code POST /v1/agents/{agent_id}/sessions/{session_id}:archive}. */
  @Override
  public void archiveSession(ArchiveSessionRequest request, StreamObserver<Session> observer) {
    Reply.send(
        observer,
        () ->
            archives.archive(
                Caller.of(), Caller.byId(request.getAgentId(), request.getSessionId())),
        NativeMapper::toWire);
  }

  /** {@code POST /v1/agents/{agent_id}/sessions/{session_id}:restore}. */
  @Override
  public void restoreSession(RestoreSessionRequest request, StreamObserver<Session> observer) {
    Reply.send(
        observer,
        () ->
            archives.restore(
                Caller.of(), Caller.byId(request.getAgentId(), request.getSessionId())),
        NativeMapper::toWire);
  }

  /** {@code POST /v1/agents/{agent_id}/messages:append}. */
  @Override
  public void appendMessages(
      AppendMessagesRequest request, StreamObserver<AppendMessagesResponse> observer) {
    var caller = Caller.of();
    Reply.send(observer, () -> append(caller, request), SessionRpcs::toWire);
  }

  private CompletableFuture<Appended> append(
      dev.parley.auth.Caller caller, AppendMessagesRequest request) {
    if (request.getCreateIfMissing() && request.hasSessionId()) {
      throw SessionException.invalid(
          FieldViolation.format("create_if_missing", "must not be given with a session id"));
    }
    return messages.append(
        caller,
        ref(request.getAgentId(), request.getSessionId(), request.getKey()),
        request.getCreateIfMissing(),
        request.hasExpectedHeadSequence()
            ? OptionalLong.of(request.getExpectedHeadSequence())
            : OptionalLong.empty(),
        request.getMessagesList().stream().map(NativeMapper::toModel).toList());
  }

  private static AppendMessagesResponse toWire(Appended appended) {
    AppendMessagesResponse.Builder response =
        AppendMessagesResponse.newBuilder().setSession(NativeMapper.toWire(appended.session()));
    long bytes = 0;
    for (Message message : appended.messages()) {
      bytes += message.bytes();
    }
    for (Message message : appended.messages()) {
      ChatMessage wire = NativeMapper.toWire(message);
      response.addMessages(
          bytes <= Messages.PAGE_BYTES_MAX
              ? wire
              : wire.toBuilder().clearContent().clearMetadata().build());
    }
    return response.build();
  }

  /** {@code GET /v1/agents/{agent_id}/sessions/{session_id}/messages}. */
  @Override
  public void listMessages(
      ListMessagesRequest request, StreamObserver<ListMessagesResponse> observer) {
    var caller = Caller.of();
    Reply.send(
        observer,
        () ->
            messages.list(
                caller,
                Caller.byId(request.getAgentId(), request.getSessionId()),
                request.getOrder() != ListMessagesRequest.Order.OLDEST_FIRST,
                Pages.request(request.getPageSize(), request.getPageToken())),
        found -> {
          ListMessagesResponse.Builder response = ListMessagesResponse.newBuilder();
          found.items().forEach(message -> response.addMessages(NativeMapper.toWire(message)));
          if (found.nextToken() != null) {
            response.setNextPageToken(found.nextToken());
          }
          return response.build();
        });
  }

  private static SessionRef ref(String agentId, String sessionId, String key) {
    if (sessionId.isEmpty() && key.isEmpty()) {
      throw SessionException.invalid(
          new FieldViolation("key", Rule.REQUIRED, 0, "must be set, or session_id"));
    }
    return sessionId.isEmpty() ? Caller.byKey(agentId, key) : Caller.byId(agentId, sessionId);
  }
}
