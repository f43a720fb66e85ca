package dev.parley.api.powabase;

import dev.parley.api.Caller;
import dev.parley.api.Reply;
import dev.parley.core.Messages;
import dev.parley.core.Runs;
import dev.parley.core.Sessions;
import dev.parley.core.Transcripts;
import dev.parley.core.Transcripts.RunTurns;
import dev.parley.model.Run;
import dev.parley.model.RunRef;
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
import dev.parley.proto.powabase.v1.Session;
import dev.parley.proto.powabase.v1.SessionServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code powabase.v1.SessionService}: {@code /api/sessions/…}. */
final class PowabaseRpcs extends SessionServiceGrpc.SessionServiceImplBase {
  private static final int MESSAGES_MAX = 200;
  private static final int RUNS_MAX = 100;

  private static final DeleteSessionResponse DELETED =
      DeleteSessionResponse.newBuilder().setSuccess(true).setMessage("Session deleted").build();

  private final Sessions sessions;
  private final Runs runs;
  private final Transcripts transcripts;

  PowabaseRpcs(Sessions sessions, Runs runs, Transcripts transcripts) {
    this.sessions = sessions;
    this.runs = runs;
    this.transcripts = transcripts;
  }

  /** {@code GET /api/sessions/{session_id}}. */
  @Override
  public void getSession(GetSessionRequest request, StreamObserver<Session> observer) {
    Reply.send(observer, () -> find(request.getSessionId()), SessionMapper::toWire);
  }

  /** {@code GET /api/sessions/{session_id}/messages}. */
  @Override
  public void listMessages(
      ListMessagesRequest request, StreamObserver<ListMessagesResponse> observer) {
    var caller = Caller.of();
    int limit =
        (int) LenientNumbers.clamp(request.getLimit(), 1, MESSAGES_MAX, Transcripts.NO_LIMIT);
    Reply.sendLong(
        observer,
        () ->
            find(request.getSessionId())
                .thenCompose(
                    session ->
                        transcripts
                            .read(
                                caller,
                                ref(caller, session),
                                limit,
                                run -> run.state() == Run.State.COMPLETED,
                                true,
                                Messages.HISTORY_BYTES_MAX)
                            .all()
                            .thenApply(turns -> MessageMapper.toWire(session, turns))));
  }

  /** {@code GET /api/sessions/{session_id}/runs}. */
  @Override
  public void listRuns(ListRunsRequest request, StreamObserver<ListRunsResponse> observer) {
    var caller = Caller.of();
    int limit = (int) LenientNumbers.clamp(request.getLimit(), 1, RUNS_MAX, RUNS_MAX);
    long offset = LenientNumbers.clamp(request.getOffset(), 0, Long.MAX_VALUE, 0);
    Reply.sendLong(
        observer,
        () ->
            find(request.getSessionId())
                .thenCompose(
                    session ->
                        transcripts
                            .runs(
                                caller,
                                ref(caller, session),
                                offset,
                                limit,
                                Messages.HISTORY_BYTES_MAX)
                            .all()
                            .thenApply(found -> toWire(session, found, limit, offset))));
  }

  /** {@code GET /api/sessions/{session_id}/runs/{run_id}/retrieved-context}. */
  @Override
  public void getRetrievedContext(
      GetRetrievedContextRequest request, StreamObserver<RetrievedContext> observer) {
    var caller = Caller.of();
    String runId = request.getRunId();
    Reply.sendLong(
        observer,
        () ->
            find(request.getSessionId())
                .thenCompose(
                    session ->
                        runs.context(caller, new RunRef(ref(caller, session), runId))
                            .thenApply(items -> RunMapper.toContext(session, runId, items))));
  }

  /** {@code DELETE /api/sessions/{session_id}}. */
  @Override
  public void deleteSession(
      DeleteSessionRequest request, StreamObserver<DeleteSessionResponse> observer) {
    Reply.send(
        observer,
        () -> sessions.delete(Caller.of(), PublicIds.toModel(request.getSessionId())),
        deleted -> DELETED);
  }

  private CompletableFuture<dev.parley.model.Session> find(String name) {
    return sessions.find(Caller.of(), PublicIds.toModel(name));
  }

  private static SessionRef.ById ref(
      dev.parley.auth.Caller caller, dev.parley.model.Session session) {
    return caller.byId(session.agentId(), session.sessionId());
  }

  private static ListRunsResponse toWire(
      dev.parley.model.Session session, List<RunTurns> found, int limit, long offset) {
    ListRunsResponse.Builder wire =
        ListRunsResponse.newBuilder()
            .setSessionId(PublicIds.session(session.sessionId()))
            .setLimit(limit)
            .setOffset(offset);
    found.forEach(turns -> wire.addRuns(RunMapper.toWire(turns)));
    return wire.build();
  }
}
