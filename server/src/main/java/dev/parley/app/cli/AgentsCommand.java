package dev.parley.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.util.Durations;
import dev.parley.api.json.JsonCodec;
import dev.parley.app.cli.client.ClientOptions;
import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.app.cli.console.RowPrinter;
import dev.parley.app.cli.console.TimeText;
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

    @Option(
        names = "--display-name",
        paramLabel = "NAME",
        description = "A name for people. Default: none.")
    private @Nullable String displayName;

    @Option(
        names = "--description",
        paramLabel = "TEXT",
        description = "What the agent does. Default: none.")
    private @Nullable String description;

    @Option(
        names = "--default-ttl",
        paramLabel = "DURATION",
        description =
            "The TTL of sessions without their own: a duration such as 90m, 24h or 30d."
                + " Default: none.")
    private @Nullable String defaultTtl;

    @Override
    public Integer call() throws Exception {
      CreateAgentRequest.Builder request = CreateAgentRequest.newBuilder();
      if (owner != null) {
        request.setOwner(owner);
      }
      if (id != null) {
        request.setAgentId(id);
      }
      if (displayName != null) {
        request.setDisplayName(displayName);
      }
      if (description != null) {
        request.setDescription(description);
      }
      if (defaultTtl != null) {
        request.setDefaultSessionTtl(
            Durations.fromSeconds(TimeText.seconds("--default-ttl", defaultTtl)));
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
      description =
          "Lists agents: a table on a terminal, otherwise tab-separated lines of id, owner,"
              + " creation time and display name.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class ListAll implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Option(names = "--owner", paramLabel = "NAME", description = "Lists only items of this owner.")
    private @Nullable String owner;

    @Option(names = "--json", description = "Prints one JSON object per line.")
    private boolean json;

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
            RowPrinter rows = RowPrinter.toStandardOutput("AGENT", "OWNER", "CREATED", "NAME");
            ListAgentsResponse page;
            do {
              page = stub.listAgents(request.build());
              page.getAgentsList().forEach(agent -> print(agent, rows));
              if (!json) {
                rows.flush();
              }
              request.setPageToken(page.getNextPageToken());
            } while (page.hasNextPageToken());
            return 0;
          });
    }

    private void print(Agent agent, RowPrinter rows) {
      if (json) {
        System.out.println(new String(JsonCodec.write(agent), UTF_8));
        return;
      }
      rows.add(
          agent.getAgentId(),
          agent.getOwner(),
          ConsoleText.time(agent.getCreateTime()),
          agent.hasDisplayName() ? agent.getDisplayName() : ConsoleText.NONE);
    }
  }
}
