package dev.parley.api.parley;

import dev.parley.api.Caller;
import dev.parley.api.JsonMapper;
import dev.parley.api.Reply;
import dev.parley.core.Messages;
import dev.parley.core.Runs;
import dev.parley.model.FieldViolation;
import dev.parley.model.Json;
import dev.parley.model.RunRef;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.GetRetrievedContextRequest;
import dev.parley.proto.v1.GetRunRequest;
import dev.parley.proto.v1.ListRunsRequest;
import dev.parley.proto.v1.ListRunsResponse;
import dev.parley.proto.v1.PutRetrievedContextRequest;
import dev.parley.proto.v1.RetrievedContext;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.RunServiceGrpc;
import dev.parley.proto.v1.StartRunRequest;
import dev.parley.proto.v1.UpdateRunRequest;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Set;

/** {@code parley.v1.RunService}: {@code /v1/agents/{agent_id}/sessions/{session_id}/runs…}. */
final class RunRpcs extends RunServiceGrpc.RunServiceImplBase {
  private final Runs runs;

  RunRpcs(Runs runs) {
    this.runs = runs;
  }

  /** {@code POST …/runs}. */
  @Override
  public void startRun(StartRunRequest request, StreamObserver<Run> observer) {
    Run sent = request.getRun();
    dev.parley.model.Run.State state = RunMapper.toModel(sent.getState());
    Reply.send(
        observer,
        () ->
            runs.start(
                Caller.of(),
                Caller.byId(request.getAgentId(), request.getSessionId()),
                sent.getRunId(),
                state == null ? dev.parley.model.Run.State.RUNNING : state,
                RunMapper.toModel(sent)),
        RunMapper::toWire);
  }

  /** {@code PATCH …/runs/{run_id}}. */
  @Override
  public void updateRun(UpdateRunRequest request, StreamObserver<Run> observer) {
    Run sent = request.getRun();
    Reply.send(
        observer,
        () -> {
          Set<String> fields = RunMapper.fields(sent, request.getUpdateMask().getPathsList());
          return runs.update(
              Caller.of(),
              ref(request.getAgentId(), request.getSessionId(), request.getRunId()),
              fields.contains("state") ? RunMapper.toModel(sent.getState()) : null,
              RunMapper.change(sent, fields));
        },
        RunMapper::toWire);
  }

  /** {@code GET …/runs/{run_id}}. */
  @Override
  public void getRun(GetRunRequest request, StreamObserver<Run> observer) {
    Reply.send(
        observer,
        () ->
            runs.get(
                Caller.of(), ref(request.getAgentId(), request.getSessionId(), request.getRunId())),
        RunMapper::toWire);
  }

  /** {@code GET …/runs}. */
  @Override
  public void listRuns(ListRunsRequest request, StreamObserver<ListRunsResponse> observer) {
    var caller = Caller.of();
    Reply.send(
        observer,
        () ->
            runs.list(
                caller,
                Caller.byId(request.getAgentId(), request.getSessionId()),
                request.getOrder() != ListRunsRequest.Order.OLDEST_FIRST,
                Pages.request(request.getPageSize(), request.getPageToken())),
        found -> {
          ListRunsResponse.Builder response = ListRunsResponse.newBuilder();
          found.items().forEach(run -> response.addRuns(RunMapper.toWire(run)));
          if (found.nextToken() != null) {
            response.setNextPageToken(found.nextToken());
          }
          return response.build();
        });
  }

  /** {@code PUT …/runs/{run_id}/retrievedContext}. */
  @Override
  public void putRetrievedContext(
      PutRetrievedContextRequest request, StreamObserver<RetrievedContext> observer) {
    List<Json> items = request.getItemsList().stream().map(JsonMapper::toModel).toList();
    Reply.send(
        observer,
        () -> {
          requireFits(items);
          return runs.putContext(
              Caller.of(),
              ref(request.getAgentId(), request.getSessionId(), request.getRunId()),
              items);
        },
        run -> RunMapper.toWire(run.runId(), items));
  }

  /** {@code GET …/runs/{run_id}/retrievedContext}. */
  @Override
  public void getRetrievedContext(
      GetRetrievedContextRequest request, StreamObserver<RetrievedContext> observer) {
    Reply.send(
        observer,
        () ->
            runs.context(
                Caller.of(), ref(request.getAgentId(), request.getSessionId(), request.getRunId())),
        items -> RunMapper.toWire(request.getRunId(), items));
  }

  private static void requireFits(List<Json> items) {
    long bytes = items.stream().mapToLong(item -> item.utf8().length).sum();
    if (bytes > Messages.PAGE_BYTES_MAX) {
      throw SessionException.invalid(FieldViolation.maxBytes("items", Messages.PAGE_BYTES_MAX));
    }
  }

  private static RunRef ref(String agentId, String sessionId, String runId) {
    return new RunRef(Caller.byId(agentId, sessionId), runId);
  }
}
