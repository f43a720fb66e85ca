package dev.parley.app.cli.client;

import dev.parley.config.ConfigException;
import dev.parley.proto.v1.Agent;
import dev.parley.proto.v1.AgentServiceGrpc;
import dev.parley.proto.v1.ListAgentsRequest;
import dev.parley.proto.v1.ListAgentsResponse;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Finds agents by their display names. */
public final class AgentNames {
  private static final int PAGE = 1_000;
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private AgentNames() {}

  /**
   * The id of an agent. Reads the list of agents, unless the text is an id or {@code -}.
   *
   * @param agent an id, a display name, or {@code -} for all agents
   * @throws ConfigException if no agent or more than one agent that the key may see has the name
   */
  public static String id(Channel channel, String agent) {
    if (agent.equals("-") || UUID_FORM.matcher(agent).matches()) {
      return agent;
    }
    List<String> ids = named(channel, agent);
    if (ids.isEmpty()) {
      throw new ConfigException(
          "--agent cannot be \"" + agent + "\": no agent has this id or display name.");
    }
    if (ids.size() > 1) {
      throw new ConfigException(
          "--agent cannot be \""
              + agent
              + "\": several agents have this display name: "
              + String.join(", ", ids));
    }
    return ids.get(0);
  }

  private static List<String> named(Channel channel, String name) {
    List<String> ids = new ArrayList<>();
    AgentServiceGrpc.AgentServiceBlockingStub calls = AgentServiceGrpc.newBlockingStub(channel);
    ListAgentsRequest.Builder request = ListAgentsRequest.newBuilder().setPageSize(PAGE);
    ListAgentsResponse page;
    do {
      page = calls.listAgents(request.build());
      page.getAgentsList().stream()
          .filter(each -> each.getDisplayName().equals(name))
          .map(Agent::getAgentId)
          .forEach(ids::add);
      request.setPageToken(page.getNextPageToken());
    } while (page.hasNextPageToken());
    return ids;
  }
}
