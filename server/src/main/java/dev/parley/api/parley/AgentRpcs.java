package dev.parley.api.parley;

import com.google.protobuf.Empty;
import dev.parley.api.Caller;
import dev.parley.api.Reply;
import dev.parley.core.Agents;
import dev.parley.proto.v1.Agent;
import dev.parley.proto.v1.AgentServiceGrpc;
import dev.parley.proto.v1.CreateAgentRequest;
import dev.parley.proto.v1.DeleteAgentRequest;
import dev.parley.proto.v1.GetAgentRequest;
import dev.parley.proto.v1.ListAgentsRequest;
import dev.parley.proto.v1.ListAgentsResponse;
import dev.parley.proto.v1.UpdateAgentRequest;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** {@code parley.v1.AgentService}: {@code /v1/agents}. */
final class AgentRpcs extends AgentServiceGrpc.AgentServiceImplBase {
  private static final String DEFAULT_SESSION_TTL = "default_session_ttl";
  private static final List<String> FIELDS = List.of(DEFAULT_SESSION_TTL);

  private final Agents agents;

  AgentRpcs(Agents agents) {
    this.agents = agents;
  }

  /** {@code POST /v1/agents}. */
  @Override
  public void createAgent(CreateAgentRequest request, StreamObserver<Agent> observer) {
    var caller = Caller.of();
    Reply.send(
        observer,
        () ->
            agents.create(
                caller,
                request.getAgentId().isEmpty() ? null : UUID.fromString(request.getAgentId()),
                request.getOwner(),
                NativeMapper.toTtl(request.getDefaultSessionTtl())),
        NativeMapper::toWire);
  }

  /** {@code GET /v1/agents/{agent_id}}. */
  @Override
  public void getAgent(GetAgentRequest request, StreamObserver<Agent> observer) {
    Reply.send(
        observer,
        () -> agents.get(Caller.of(), UUID.fromString(request.getAgentId())),
        NativeMapper::toWire);
  }

  /** {@code GET /v1/agents}. */
  @Override
  public void listAgents(ListAgentsRequest request, StreamObserver<ListAgentsResponse> observer) {
    var caller = Caller.of();
    Reply.send(
        observer,
        () ->
            agents.list(
                caller,
                NativeMapper.emptyToNull(request.getOwner()),
                Pages.request(request.getPageSize(), request.getPageToken())),
        page -> {
          ListAgentsResponse.Builder response = ListAgentsResponse.newBuilder();
          page.items().forEach(agent -> response.addAgents(NativeMapper.toWire(agent)));
          if (page.nextToken() != null) {
            response.setNextPageToken(page.nextToken());
          }
          return response.build();
        });
  }

  /** {@code PATCH /v1/agents/{agent_id}}. */
  @Override
  public void updateAgent(UpdateAgentRequest request, StreamObserver<Agent> observer) {
    Set<String> fields =
        UpdateMask.fields(request.getAgent(), request.getUpdateMask().getPathsList(), FIELDS);
    Duration ttl = NativeMapper.toTtl(request.getAgent().getDefaultSessionTtl());
    Reply.send(
        observer,
        () ->
            agents.update(
                Caller.of(),
                UUID.fromString(request.getAgentId()),
                before -> fields.contains(DEFAULT_SESSION_TTL) ? ttl : before),
        NativeMapper::toWire);
  }

  /** {@code DELETE /v1/agents/{agent_id}}. */
  @Override
  public void deleteAgent(DeleteAgentRequest request, StreamObserver<Empty> observer) {
    Reply.send(
        observer,
        () -> agents.delete(Caller.of(), UUID.fromString(request.getAgentId())),
        deleted -> Empty.getDefaultInstance());
  }
}
