package dev.parley.api.parley;

import com.google.protobuf.Empty;
import dev.parley.api.call.Call;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.api.parley.mapper.NativeMapper;
import dev.parley.api.parley.mapper.Pages;
import dev.parley.api.parley.mapper.RequestIds;
import dev.parley.api.parley.mapper.UpdateMask;
import dev.parley.core.Agents;
import dev.parley.core.page.Page;
import dev.parley.model.Agent;
import dev.parley.model.Agent.Profile;
import dev.parley.proto.v1.AgentServiceGrpc;
import dev.parley.proto.v1.CreateAgentRequest;
import dev.parley.proto.v1.DeleteAgentRequest;
import dev.parley.proto.v1.GetAgentRequest;
import dev.parley.proto.v1.ListAgentsRequest;
import dev.parley.proto.v1.ListAgentsResponse;
import dev.parley.proto.v1.UpdateAgentRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** {@code parley.v1.AgentService}: {@code /v1/agents}. */
final class AgentService {
  private static final String DISPLAY_NAME = "display_name";
  private static final String DESCRIPTION = "description";
  private static final String DEFAULT_SESSION_TTL = "default_session_ttl";
  private static final List<String> FIELDS =
      List.of(DISPLAY_NAME, DESCRIPTION, DEFAULT_SESSION_TTL);

  private final Agents agents;

  AgentService(Agents agents) {
    this.agents = agents;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(AgentServiceGrpc.getServiceDescriptor())
        .unary(AgentServiceGrpc.getCreateAgentMethod(), this::createAgent, NativeMapper::toWire)
        .unary(AgentServiceGrpc.getGetAgentMethod(), this::getAgent, NativeMapper::toWire)
        .unary(AgentServiceGrpc.getListAgentsMethod(), this::listAgents, AgentService::toWire)
        .unary(AgentServiceGrpc.getUpdateAgentMethod(), this::updateAgent, NativeMapper::toWire)
        .unary(
            AgentServiceGrpc.getDeleteAgentMethod(),
            this::deleteAgent,
            deleted -> Empty.getDefaultInstance())
        .build();
  }

  /** {@code POST /v1/agents}. */
  private CompletableFuture<Agent> createAgent(Call call, CreateAgentRequest request) {
    return agents.create(
        call.caller(),
        request.getAgentId().isEmpty() ? null : UUID.fromString(request.getAgentId()),
        request.getOwner(),
        new Profile(
            NativeMapper.emptyToNull(request.getDisplayName()),
            NativeMapper.emptyToNull(request.getDescription()),
            NativeMapper.toTtl(request.getDefaultSessionTtl())),
        RequestIds.toModel(request.getRequestId()));
  }

  /** {@code GET /v1/agents/{agent_id}}. */
  private CompletableFuture<Agent> getAgent(Call call, GetAgentRequest request) {
    return agents.get(call.caller(), UUID.fromString(request.getAgentId()));
  }

  /** {@code GET /v1/agents}. */
  private CompletableFuture<Page<Agent>> listAgents(Call call, ListAgentsRequest request) {
    return agents.list(
        call.caller(),
        NativeMapper.emptyToNull(request.getOwner()),
        Pages.request(request.getPageSize(), request.getPageToken()));
  }

  /** {@code PATCH /v1/agents/{agent_id}}. */
  private CompletableFuture<Agent> updateAgent(Call call, UpdateAgentRequest request) {
    Set<String> fields =
        UpdateMask.fields(request.getAgent(), request.getUpdateMask().getPathsList(), FIELDS);
    dev.parley.proto.v1.Agent sent = request.getAgent();
    String displayName = NativeMapper.emptyToNull(sent.getDisplayName());
    String description = NativeMapper.emptyToNull(sent.getDescription());
    Duration ttl = NativeMapper.toTtl(sent.getDefaultSessionTtl());
    return agents.update(
        call.caller(),
        UUID.fromString(request.getAgentId()),
        sent.getEtag(),
        before ->
            new Profile(
                fields.contains(DISPLAY_NAME) ? displayName : before.displayName(),
                fields.contains(DESCRIPTION) ? description : before.description(),
                fields.contains(DEFAULT_SESSION_TTL) ? ttl : before.defaultSessionTtl()));
  }

  /** {@code DELETE /v1/agents/{agent_id}}. */
  private CompletableFuture<Void> deleteAgent(Call call, DeleteAgentRequest request) {
    return agents.delete(call.caller(), UUID.fromString(request.getAgentId()));
  }

  private static ListAgentsResponse toWire(Page<Agent> page) {
    ListAgentsResponse.Builder response = ListAgentsResponse.newBuilder();
    page.items().forEach(agent -> response.addAgents(NativeMapper.toWire(agent)));
    NativeMapper.ifPresent(page.nextToken(), response::setNextPageToken);
    return response.build();
  }
}
