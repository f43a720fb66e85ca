package dev.parley.api.powabase;

import dev.parley.api.call.Call;
import dev.parley.api.call.ChunkPublisher;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.core.Runs;
import dev.parley.core.Sessions;
import dev.parley.core.Transcripts;
import dev.parley.core.read.TranscriptQuery;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.proto.powabase.v1.DeleteSessionRequest;
import dev.parley.proto.powabase.v1.DeleteSessionResponse;
import dev.parley.proto.powabase.v1.GetRetrievedContextRequest;
import dev.parley.proto.powabase.v1.GetSessionRequest;
import dev.parley.proto.powabase.v1.ListMessagesRequest;
import dev.parley.proto.powabase.v1.ListMessagesResponse;
import dev.parley.proto.powabase.v1.ListRunsRequest;
import dev.parley.proto.powabase.v1.ListRunsResponse;
import dev.parley.proto.powabase.v1.RetrievedContext;
import dev.parley.proto.powabase.v1.SessionServiceGrpc;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Publisher;

/** {@code powabase.v1.SessionService}: {@code /api/sessions/…}. */
final class PowabaseSessionService {
  private static final int MESSAGES_MAX = 200;
  private static final int RUNS_MAX = 100;

  private static final DeleteSessionResponse DELETED =
      DeleteSessionResponse.newBuilder().setSuccess(true).setMessage("Session deleted").build();

  private final Sessions sessions;
  private final Runs runs;
  private final Transcripts transcripts;

  PowabaseSessionService(Sessions sessions, Runs runs, Transcripts transcripts) {
    this.sessions = sessions;
    this.runs = runs;
    this.transcripts = transcripts;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(SessionServiceGrpc.getServiceDescriptor())
        .unary(SessionServiceGrpc.getGetSessionMethod(), this::getSession, SessionMapper::toWire)
        .inParts(SessionServiceGrpc.getListMessagesMethod(), this::listMessages)
        .inParts(SessionServiceGrpc.getListRunsMethod(), this::listRuns)
        .unary(
            SessionServiceGrpc.getGetRetrievedContextMethod(),
            this::getRetrievedContext,
            context -> context)
        .unary(SessionServiceGrpc.getDeleteSessionMethod(), this::deleteSession, deleted -> DELETED)
        .build();
  }

  /** {@code GET /api/sessions/{session_id}}. */
  private CompletableFuture<Session> getSession(Call call, GetSessionRequest request) {
    return find(call, request.getSessionId());
  }

  /** {@code GET /api/sessions/{session_id}/messages}. */
  private Publisher<ListMessagesResponse> listMessages(Call call, ListMessagesRequest request) {
    int limit =
        (int) LenientNumbers.clamp(request.getLimit(), 1, MESSAGES_MAX, Transcripts.NO_LIMIT);
    UUID sessionId = PublicIds.toModel(request.getSessionId());
    MessageMapper mapper = new MessageMapper(sessionId, call.transport());
    return ChunkPublisher.of(
        sessions
            .find(call.caller(), sessionId)
            .thenApply(
                session ->
                    transcripts.read(
                        call.caller(),
                        new TranscriptQuery(
                            ref(call, session),
                            limit,
                            run -> run.state() == Run.State.COMPLETED,
                            true,
                            MessageMapper::citationBytes,
                            call.transport().answerBytesMax()))),
        mapper::toWire);
  }

  /** {@code GET /api/sessions/{session_id}/runs}. */
  private Publisher<ListRunsResponse> listRuns(Call call, ListRunsRequest request) {
    int limit = (int) LenientNumbers.clamp(request.getLimit(), 1, RUNS_MAX, RUNS_MAX);
    long offset = LenientNumbers.clamp(request.getOffset(), 0, Long.MAX_VALUE, 0);
    UUID sessionId = PublicIds.toModel(request.getSessionId());
    return ChunkPublisher.of(
        sessions
            .find(call.caller(), sessionId)
            .thenApply(
                session ->
                    transcripts.runs(
                        call.caller(),
                        ref(call, session),
                        offset,
                        limit,
                        call.transport().answerBytesMax())),
        chunk -> {
          ListRunsResponse.Builder response =
              ListRunsResponse.newBuilder()
                  .setSessionId(PublicIds.session(sessionId))
                  .setLimit(limit)
                  .setOffset(offset);
          chunk.items().forEach(run -> response.addRuns(RunMapper.toWire(run, call.transport())));
          return response.build();
        });
  }

  /** {@code GET /api/sessions/{session_id}/runs/{run_id}/retrieved-context}. */
  private CompletableFuture<RetrievedContext> getRetrievedContext(
      Call call, GetRetrievedContextRequest request) {
    String runId = request.getRunId();
    return find(call, request.getSessionId())
        .thenCompose(
            session ->
                runs.context(call.caller(), new Run.Ref(ref(call, session), runId))
                    .thenApply(items -> RunMapper.toContext(session, runId, items)));
  }

  /** {@code DELETE /api/sessions/{session_id}}. */
  private CompletableFuture<Session> deleteSession(Call call, DeleteSessionRequest request) {
    return sessions.delete(call.caller(), PublicIds.toModel(request.getSessionId()));
  }

  private CompletableFuture<Session> find(Call call, String name) {
    return sessions.find(call.caller(), PublicIds.toModel(name));
  }

  private static SessionRef.ById ref(Call call, Session session) {
    return call.caller().byId(session.agentId(), session.sessionId());
  }
}
