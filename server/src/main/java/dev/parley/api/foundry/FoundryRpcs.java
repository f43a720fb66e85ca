package dev.parley.api.foundry;

import com.google.protobuf.Empty;
import dev.parley.api.Caller;
import dev.parley.api.Reply;
import dev.parley.auth.Access;
import dev.parley.core.Messages;
import dev.parley.core.Page;
import dev.parley.core.Sessions;
import dev.parley.core.Transcripts;
import dev.parley.model.FieldViolation;
import dev.parley.model.FieldViolation.Rule;
import dev.parley.model.Run;
import dev.parley.model.Session.Profile;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.proto.foundry.v2.AgentsSessionsPage;
import dev.parley.proto.foundry.v2.Content;
import dev.parley.proto.foundry.v2.CreateSessionRequest;
import dev.parley.proto.foundry.v2.DeleteSessionRequest;
import dev.parley.proto.foundry.v2.GetAllSessionsRequest;
import dev.parley.proto.foundry.v2.GetContentRequest;
import dev.parley.proto.foundry.v2.GetSessionRequest;
import dev.parley.proto.foundry.v2.ListSessionsRequest;
import dev.parley.proto.foundry.v2.ListSessionsResponse;
import dev.parley.proto.foundry.v2.Session;
import dev.parley.proto.foundry.v2.SessionServiceGrpc;
import dev.parley.proto.foundry.v2.UpdateSessionTitleRequest;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/** {@code foundry.v2.SessionService}: {@code /api/v2/aipAgents/agents/…}. */
final class FoundryRpcs extends SessionServiceGrpc.SessionServiceImplBase {
  private static final int PAGE_SIZE_MAX = 100;
  private static final Pattern VERSION = Pattern.compile("\\d{1,9}\\.\\d{1,9}");

  private final Sessions sessions;
  private final Transcripts transcripts;

  FoundryRpcs(Sessions sessions, Transcripts transcripts) {
    this.sessions = sessions;
    this.transcripts = transcripts;
  }

  /** {@code GET …/agents/allSessions}. */
  @Override
  public void getAllSessions(
      GetAllSessionsRequest request, StreamObserver<AgentsSessionsPage> observer) {
    var caller = Caller.of();
    Reply.send(
        observer,
        () -> {
          if (!request.getPreview()) {
            throw SessionException.invalid(FieldViolation.format("preview", "must be true"));
          }
          return sessions.listOfClient(
              caller,
              null,
              page(request.hasPageSize(), request.getPageSize(), request.getPageToken()));
        },
        FoundryMapper::toAgentsPage);
  }

  /** {@code POST …/agents/{agentRid}/sessions}. */
  @Override
  public void createSession(CreateSessionRequest request, StreamObserver<Session> observer) {
    var caller = Caller.of();
    UUID agentId = Rid.agentId(request.getAgentRid());
    String version =
        request.hasAgentVersion() ? request.getAgentVersion() : Profile.AGENT_VERSION_DEFAULT;
    Reply.send(
        observer,
        () -> {
          if (!VERSION.matcher(version).matches()) {
            throw SessionException.invalid(
                List.of(FieldViolation.format("agent_version", "must be <major>.<minor>")),
                Map.of("agent_version", version));
          }
          return sessions.create(caller, agentId, null, Profile.EMPTY.withAgentVersion(version));
        },
        FoundryMapper::toWire);
  }

  /** {@code GET …/agents/{agentRid}/sessions}. */
  @Override
  public void listSessions(
      ListSessionsRequest request, StreamObserver<ListSessionsResponse> observer) {
    var caller = Caller.of();
    Reply.send(
        observer,
        () ->
            sessions.listOfClient(
                caller,
                Rid.agentId(request.getAgentRid()),
                page(request.hasPageSize(), request.getPageSize(), request.getPageToken())),
        FoundryMapper::toPage);
  }

  /** {@code GET …/agents/{agentRid}/sessions/{sessionRid}}. */
  @Override
  public void getSession(GetSessionRequest request, StreamObserver<Session> observer) {
    Reply.send(
        observer,
        () ->
            sessions.getOfClient(Caller.of(), ref(request.getAgentRid(), request.getSessionRid())),
        FoundryMapper::toWire);
  }

  /** {@code DELETE …/agents/{agentRid}/sessions/{sessionRid}}. */
  @Override
  public void deleteSession(DeleteSessionRequest request, StreamObserver<Empty> observer) {
    Reply.send(
        observer,
        () ->
            sessions.deleteOfClient(
                Caller.of(), ref(request.getAgentRid(), request.getSessionRid())),
        deleted -> Empty.getDefaultInstance());
  }

  /** {@code PUT …/agents/{agentRid}/sessions/{sessionRid}/updateTitle}. */
  @Override
  public void updateSessionTitle(
      UpdateSessionTitleRequest request, StreamObserver<Empty> observer) {
    var caller = Caller.of();
    String title = FoundryMapper.title(request.getTitle());
    Reply.send(
        observer,
        () ->
            sessions.updateOfClient(
                caller,
                ref(request.getAgentRid(), request.getSessionRid()),
                profile -> profile.withLabel(title)),
        renamed -> Empty.getDefaultInstance());
  }

  /** {@code GET …/agents/{agentRid}/sessions/{sessionRid}/content}. */
  @Override
  public void getContent(GetContentRequest request, StreamObserver<Content> observer) {
    Reply.sendLong(
        observer,
        () -> {
          SessionRef.ById ref = ref(request.getAgentRid(), request.getSessionRid());
          var caller = Caller.of();
          return sessions
              .getOfClient(caller, ref)
              .thenCompose(
                  session ->
                      transcripts
                          .read(
                              caller,
                              ref,
                              Transcripts.NO_LIMIT,
                              Run::isFinal,
                              false,
                              Messages.HISTORY_BYTES_MAX)
                          .all())
              .thenApply(turns -> Exchanges.of(ref.sessionId(), turns));
        });
  }

  private static SessionRef.ById ref(String agentRid, String sessionRid) {
    UUID sessionId = Rid.sessionId(sessionRid).orElseThrow(Access::unknownSession);
    return Caller.of().byId(Rid.agentId(agentRid), sessionId);
  }

  private static Page.Request page(boolean sized, long size, String token) {
    if (sized && size < 1) {
      throw SessionException.invalid(
          List.of(new FieldViolation("page_size", Rule.MINIMUM, 1, "must be at least 1")),
          Map.of("page_size", Long.toString(size)));
    }
    return new Page.Request(sized ? (int) Math.min(size, PAGE_SIZE_MAX) : PAGE_SIZE_MAX, token);
  }
}
