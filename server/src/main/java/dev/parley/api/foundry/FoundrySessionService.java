package dev.parley.api.foundry;

import com.google.protobuf.Empty;
import dev.parley.api.call.Call;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.auth.Authorizer;
import dev.parley.core.Sessions;
import dev.parley.core.Transcripts;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.read.TranscriptQuery;
import dev.parley.model.FieldViolation;
import dev.parley.model.FieldViolation.Rule;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.Session.Profile;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.proto.foundry.v2.Content;
import dev.parley.proto.foundry.v2.CreateSessionRequest;
import dev.parley.proto.foundry.v2.DeleteSessionRequest;
import dev.parley.proto.foundry.v2.GetAllSessionsRequest;
import dev.parley.proto.foundry.v2.GetContentRequest;
import dev.parley.proto.foundry.v2.GetSessionRequest;
import dev.parley.proto.foundry.v2.ListSessionsRequest;
import dev.parley.proto.foundry.v2.SessionServiceGrpc;
import dev.parley.proto.foundry.v2.UpdateSessionTitleRequest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** {@code foundry.v2.SessionService}: {@code /api/v2/aipAgents/agents/…}. */
final class FoundrySessionService {
  private static final int PAGE_SIZE_MAX = 100;
  private static final Pattern VERSION = Pattern.compile("\\d{1,9}\\.\\d{1,9}");

  private final Sessions sessions;
  private final Transcripts transcripts;

  FoundrySessionService(Sessions sessions, Transcripts transcripts) {
    this.sessions = sessions;
    this.transcripts = transcripts;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(SessionServiceGrpc.getServiceDescriptor())
        .unary(
            SessionServiceGrpc.getGetAllSessionsMethod(),
            this::getAllSessions,
            FoundryMapper::toAgentsPage)
        .unary(
            SessionServiceGrpc.getCreateSessionMethod(), this::createSession, FoundryMapper::toWire)
        .unary(
            SessionServiceGrpc.getListSessionsMethod(), this::listSessions, FoundryMapper::toPage)
        .unary(SessionServiceGrpc.getGetSessionMethod(), this::getSession, FoundryMapper::toWire)
        .unary(
            SessionServiceGrpc.getDeleteSessionMethod(),
            this::deleteSession,
            deleted -> Empty.getDefaultInstance())
        .unary(
            SessionServiceGrpc.getUpdateSessionTitleMethod(),
            this::updateSessionTitle,
            renamed -> Empty.getDefaultInstance())
        .unary(SessionServiceGrpc.getGetContentMethod(), this::getContent, content -> content)
        .build();
  }

  /** {@code GET …/agents/allSessions}. */
  private CompletableFuture<Page<Session>> getAllSessions(
      Call call, GetAllSessionsRequest request) {
    if (!request.getPreview()) {
      throw SessionException.invalid(FieldViolation.format("preview", "must be true"));
    }
    return sessions.listOfClient(
        call.caller(),
        null,
        page(request.hasPageSize(), request.getPageSize(), request.getPageToken()));
  }

  /** {@code POST …/agents/{agentRid}/sessions}. */
  private CompletableFuture<Session> createSession(Call call, CreateSessionRequest request) {
    String version =
        request.hasAgentVersion() ? request.getAgentVersion() : Profile.AGENT_VERSION_DEFAULT;
    if (!VERSION.matcher(version).matches()) {
      throw SessionException.invalid(
          List.of(FieldViolation.format("agent_version", "must be <major>.<minor>")),
          Map.of("agent_version", version));
    }
    UUID agentId = Rid.agentId(request.getAgentRid());
    return sessions.create(call.caller(), agentId, null, Profile.EMPTY.withAgentVersion(version));
  }

  /** {@code GET …/agents/{agentRid}/sessions}. */
  private CompletableFuture<Page<Session>> listSessions(Call call, ListSessionsRequest request) {
    return sessions.listOfClient(
        call.caller(),
        Rid.agentId(request.getAgentRid()),
        page(request.hasPageSize(), request.getPageSize(), request.getPageToken()));
  }

  /** {@code GET …/agents/{agentRid}/sessions/{sessionRid}}. */
  private CompletableFuture<Session> getSession(Call call, GetSessionRequest request) {
    return sessions.getOfClient(
        call.caller(), ref(call, request.getAgentRid(), request.getSessionRid()));
  }

  /** {@code DELETE …/agents/{agentRid}/sessions/{sessionRid}}. */
  private CompletableFuture<Session> deleteSession(Call call, DeleteSessionRequest request) {
    return sessions.deleteOfClient(
        call.caller(), ref(call, request.getAgentRid(), request.getSessionRid()));
  }

  /** {@code PUT …/agents/{agentRid}/sessions/{sessionRid}/updateTitle}. */
  private CompletableFuture<Session> updateSessionTitle(
      Call call, UpdateSessionTitleRequest request) {
    String title = FoundryMapper.title(request.getTitle());
    return sessions.updateOfClient(
        call.caller(),
        ref(call, request.getAgentRid(), request.getSessionRid()),
        profile -> profile.withLabel(title));
  }

  /** {@code GET …/agents/{agentRid}/sessions/{sessionRid}/content}. */
  private CompletableFuture<Content> getContent(Call call, GetContentRequest request) {
    SessionRef.ById ref = ref(call, request.getAgentRid(), request.getSessionRid());
    return sessions
        .getOfClient(call.caller(), ref)
        .thenCompose(
            session ->
                transcripts
                    .read(
                        call.caller(),
                        new TranscriptQuery(
                            ref,
                            Transcripts.NO_LIMIT,
                            Run::isFinal,
                            false,
                            run -> 0,
                            call.transport().answerBytesMax()))
                    .all())
        .thenApply(turns -> Exchanges.of(ref.sessionId(), turns));
  }

  private static SessionRef.ById ref(Call call, String agentRid, String sessionRid) {
    UUID sessionId = Rid.sessionId(sessionRid).orElseThrow(Authorizer::unknownSession);
    return call.caller().byId(Rid.agentId(agentRid), sessionId);
  }

  private static PageRequest page(boolean sized, long size, String token) {
    if (sized && size < 1) {
      throw SessionException.invalid(
          List.of(new FieldViolation("page_size", Rule.MINIMUM, 1, "must be at least 1")),
          Map.of("page_size", Long.toString(size)));
    }
    return new PageRequest(sized ? (int) Math.min(size, PAGE_SIZE_MAX) : PAGE_SIZE_MAX, token);
  }
}
