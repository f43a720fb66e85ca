package dev.parley.api.parley;

import dev.parley.api.call.Call;
import dev.parley.api.call.RpcBinding;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.api.json.JsonMapper;
import dev.parley.api.parley.mapper.LeaseMapper;
import dev.parley.api.parley.mapper.NativeMapper;
import dev.parley.api.parley.mapper.Pages;
import dev.parley.api.parley.mapper.RunMapper;
import dev.parley.core.Messages;
import dev.parley.core.Runs;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.model.FieldViolation;
import dev.parley.model.Json;
import dev.parley.model.Run.Ref;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.proto.v1.GetRetrievedContextRequest;
import dev.parley.proto.v1.GetRunRequest;
import dev.parley.proto.v1.ListRunsRequest;
import dev.parley.proto.v1.ListRunsResponse;
import dev.parley.proto.v1.PutRetrievedContextRequest;
import dev.parley.proto.v1.RenewLeaseRequest;
import dev.parley.proto.v1.RetrievedContext;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.RunServiceGrpc;
import dev.parley.proto.v1.StartRunRequest;
import dev.parley.proto.v1.UpdateRunRequest;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** {@code parley.v1.RunService}: {@code /v1/agents/{agent_id}/sessions/{session_id}/runs…}. */
final class RunService {
  private final Runs runs;

  RunService(Runs runs) {
    this.runs = runs;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(RunServiceGrpc.getServiceDescriptor())
        .unary(RunServiceGrpc.getStartRunMethod(), this::startRun, RunMapper::toWire)
        .unary(RunServiceGrpc.getRenewLeaseMethod(), this::renewLease, RunMapper::toWire)
        .unary(RunServiceGrpc.getUpdateRunMethod(), this::updateRun, RunMapper::toWire)
        .unary(RunServiceGrpc.getGetRunMethod(), this::getRun, RunMapper::toWire)
        .unary(RunServiceGrpc.getListRunsMethod(), this::listRuns, RunService::toWire)
        .unary(
            RunServiceGrpc.getPutRetrievedContextMethod(),
            this::putRetrievedContext,
            context -> context)
        .unary(
            RunServiceGrpc.getGetRetrievedContextMethod(),
            this::getRetrievedContext,
            context -> context)
        .build();
  }

  /** {@code POST …/runs}. */
  private CompletableFuture<dev.parley.model.Run> startRun(Call call, StartRunRequest request) {
    Run sent = request.getRun();
    dev.parley.model.Run.State state = RunMapper.toModel(sent.getState());
    return runs.start(
        call.caller(),
        call.byId(request.getAgentId(), request.getSessionId()),
        sent.getRunId(),
        state == null ? dev.parley.model.Run.State.RUNNING : state,
        RunMapper.toModel(sent),
        LeaseMapper.toModel(request));
  }

  /** {@code POST …/runs/{run_id}:renewLease}. */
  private CompletableFuture<dev.parley.model.Run> renewLease(Call call, RenewLeaseRequest request) {
    return runs.renewLease(
        call.caller(),
        ref(call, request.getAgentId(), request.getSessionId(), request.getRunId()),
        request.getFence(),
        LeaseMapper.toModel(request.getTtl()));
  }

  /** {@code PATCH …/runs/{run_id}}. */
  private CompletableFuture<dev.parley.model.Run> updateRun(Call call, UpdateRunRequest request) {
    Run sent = request.getRun();
    Set<String> fields = RunMapper.fields(sent, request.getUpdateMask().getPathsList());
    return runs.update(
        call.caller(),
        ref(call, request.getAgentId(), request.getSessionId(), request.getRunId()),
        fields.contains("state") ? RunMapper.toModel(sent.getState()) : null,
        RunMapper.change(sent, fields),
        request.hasLeaseFence() ? OptionalLong.of(request.getLeaseFence()) : OptionalLong.empty(),
        sent.getEtag());
  }

  /** {@code GET …/runs/{run_id}}. */
  private CompletableFuture<dev.parley.model.Run> getRun(Call call, GetRunRequest request) {
    return runs.get(
        call.caller(), ref(call, request.getAgentId(), request.getSessionId(), request.getRunId()));
  }

  /** {@code GET …/runs}. */
  private CompletableFuture<Page<dev.parley.model.Run>> listRuns(
      Call call, ListRunsRequest request) {
    Set<dev.parley.model.Run.State> states = RunMapper.toModel(request.getStatesList());
    PageRequest page = Pages.request(request.getPageSize(), request.getPageToken());
    boolean newestFirst = request.getOrder() != ListRunsRequest.Order.OLDEST_FIRST;
    boolean ofAllAgents = request.getAgentId().equals(RpcBinding.WILDCARD);
    if (!request.getSessionId().equals(RpcBinding.WILDCARD)) {
      if (ofAllAgents) {
        throw invalid("agent_id", "must be a UUID unless session_id is \"-\"");
      }
      SessionRef.ById ref = call.byId(request.getAgentId(), request.getSessionId());
      return runs.list(call.caller(), ref, newestFirst, states, page);
    }
    if (!newestFirst) {
      throw invalid("order", "must not be OLDEST_FIRST if session_id is \"-\"");
    }
    UUID agentId = ofAllAgents ? null : UUID.fromString(request.getAgentId());
    return runs.listOfAllSessions(call.caller(), agentId, states, page);
  }

  private static SessionException invalid(String field, String problem) {
    return SessionException.invalid(FieldViolation.format(field, problem));
  }

  private static ListRunsResponse toWire(Page<dev.parley.model.Run> page) {
    ListRunsResponse.Builder response = ListRunsResponse.newBuilder();
    page.items().forEach(run -> response.addRuns(RunMapper.toWire(run)));
    NativeMapper.ifPresent(page.nextToken(), response::setNextPageToken);
    return response.build();
  }

  /** {@code PUT …/runs/{run_id}/retrievedContext}. */
  private CompletableFuture<RetrievedContext> putRetrievedContext(
      Call call, PutRetrievedContextRequest request) {
    List<Json> items = request.getItemsList().stream().map(JsonMapper::toModel).toList();
    requireFits(items);
    return runs.putContext(
            call.caller(),
            ref(call, request.getAgentId(), request.getSessionId(), request.getRunId()),
            items)
        .thenApply(run -> RunMapper.toWire(run.runId(), items));
  }

  /** {@code GET …/runs/{run_id}/retrievedContext}. */
  private CompletableFuture<RetrievedContext> getRetrievedContext(
      Call call, GetRetrievedContextRequest request) {
    return runs.context(
            call.caller(),
            ref(call, request.getAgentId(), request.getSessionId(), request.getRunId()))
        .thenApply(items -> RunMapper.toWire(request.getRunId(), items));
  }

  private static void requireFits(List<Json> items) {
    long bytes = items.stream().mapToLong(item -> item.utf8().length).sum();
    if (bytes > Messages.PAGE_BYTES_MAX) {
      throw SessionException.invalid(FieldViolation.maxBytes("items", Messages.PAGE_BYTES_MAX));
    }
  }

  private static Ref ref(Call call, String agentId, String sessionId, String runId) {
    return new Ref(call.byId(agentId, sessionId), runId);
  }
}
