package dev.parley.app.cli;

import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.proto.v1.Agent;
import dev.parley.proto.v1.AgentServiceGrpc;
import dev.parley.proto.v1.CreateAgentRequest;
import dev.parley.proto.v1.ListAgentsRequest;
import dev.parley.proto.v1.ListAgentsResponse;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code parley agents}. */
@Command(
    name = "agents",
    description = "Creates and lists agents.",
    mixinStandardHelpOptions = true,
    subcommands = {AgentsCommand.Create.class, AgentsCommand.ListAll.class})
public final class AgentsCommand {

  /** {@code parley agents create}. */
  @Command(
      name = "create",
      description = "Creates an agent and prints its id.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class Create implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Option(names = "--owner", paramLabel = "NAME", description = "The owner of the agent.")
    private @Nullable String owner;

    @Option(
        names = "--id",
        paramLabel = "UUID",
        description = "The id of the agent. Default: a random UUID.")
    private @Nullable String id;

    @Override
    public Integer call() throws Exception {
      CreateAgentRequest.Builder request = CreateAgentRequest.newBuilder();
      if (owner != null) {
        request.setOwner(owner);
      }
      if (id != null) {
        request.setAgentId(id);
      }
      return client.run(
          channel -> {
            Agent agent = AgentServiceGrpc.newBlockingStub(channel).createAgent(request.build());
            System.out.println(agent.getAgentId());
            return 0;
          });
    }
  }

  /** {@code parley agents list}. */
  @Command(
      name = "list",
      description = "Lists agents as tab-separated lines: id, owner, creation time.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class ListAll implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Option(names = "--owner", paramLabel = "NAME", description = "Lists only items of this owner.")
    private @Nullable String owner;

    @Override
    public Integer call() throws Exception {
      ListAgentsRequest.Builder request = ListAgentsRequest.newBuilder();
      if (owner != null) {
        request.setOwner(owner);
      }
      return client.run(
          channel -> {
            AgentServiceGrpc.AgentServiceBlockingStub stub =
                AgentServiceGrpc.newBlockingStub(channel);
            ListAgentsResponse page;
            do {
              page = stub.listAgents(request.build());
              page.getAgentsList().forEach(ListAll::print);
              request.setPageToken(page.getNextPageToken());
            } while (page.hasNextPageToken());
            return 0;
          });
    }

    private static void print(Agent agent) {
      System.out.println(
          String.join(
              "\t", agent.getAgentId(), agent.getOwner(), ConsoleText.time(agent.getCreateTime())));
    }
  }
}
