package dev.parley.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.api.json.JsonCodec;
import dev.parley.app.cli.client.AgentNames;
import dev.parley.app.cli.client.ClientOptions;
import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.app.cli.console.RowPrinter;
import dev.parley.config.ConfigException;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.ListSessionsResponse;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code parley sessions}. */
@Command(
    name = "sessions",
    description = "Lists and shows sessions.",
    mixinStandardHelpOptions = true,
    subcommands = {SessionsCommand.ListAll.class, SessionsCommand.Get.class})
public final class SessionsCommand {

  /** {@code parley sessions list}. */
  @Command(
      name = "list",
      description =
          "Lists active sessions, by default the most recently updated first: agent, id, update"
              + " time, number of messages, user, key, label.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class ListAll implements Callable<Integer> {
    private static final int PAGE = 1_000;

    @Mixin private ClientOptions client = new ClientOptions();

    @Option(
        names = "--agent",
        paramLabel = "AGENT",
        defaultValue = "-",
        description =
            "Lists only sessions of this agent: its id or display name. Default: all agents that"
                + " the key may see.")
    private String agent = "-";

    @Option(
        names = "--filter",
        paramLabel = "FILTER",
        defaultValue = "",
        description = "Filter, such as: user = ana AND update_time > 2027-01-31T00:00:00Z")
    private String filter = "";

    @Option(
        names = "--order-by",
        paramLabel = "ORDER",
        defaultValue = "",
        description =
            "Order: update_time desc, update_time, create_time desc or create_time. Default:"
                + " update_time desc.")
    private String orderBy = "";

    @Option(
        names = "--show-archived",
        description =
            "Lists archived sessions as well. Needs --order-by create_time or 'create_time desc'.")
    private boolean showArchived;

    @Option(
        names = "--search",
        paramLabel = "TEXT",
        defaultValue = "",
        description = "Lists only sessions whose key, label or last channel contains this text.")
    private String search = "";

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "100",
        description = "Maximum number of sessions. 0: no limit. Default: ${DEFAULT-VALUE}.")
    private long limit;

    @Option(names = "--json", description = "Prints one JSON object per line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
      if (limit < 0) {
        throw new ConfigException("--limit cannot be %d: it must be 0 or more.".formatted(limit));
      }
      ListSessionsRequest.Builder request =
          ListSessionsRequest.newBuilder()
              .setFilter(filter)
              .setOrderBy(orderBy)
              .setShowArchived(showArchived)
              .setSearch(search);
      RowPrinter rows =
          RowPrinter.toStandardOutput(
              "AGENT", "SESSION", "UPDATED", "MESSAGES", "USER", "KEY", "LABEL");
      return client.run(
          channel -> {
            SessionServiceGrpc.SessionServiceBlockingStub stub =
                SessionServiceGrpc.newBlockingStub(channel);
            request.setAgentId(AgentNames.id(channel, agent));
            long left = limit == 0 ? Long.MAX_VALUE : limit;
            ListSessionsResponse page;
            do {
              page = stub.listSessions(request.setPageSize((int) Math.min(left, PAGE)).build());
              page.getSessionsList().forEach(session -> print(session, rows));
              if (!json) {
                rows.flush();
              }
              left -= page.getSessionsCount();
              request.setPageToken(page.getNextPageToken());
            } while (page.hasNextPageToken() && left > 0);
            return 0;
          });
    }

    private void print(Session session, RowPrinter rows) {
      if (json) {
        System.out.println(new String(JsonCodec.write(session), UTF_8));
        return;
      }
      rows.add(
          session.getAgentId(),
          session.getSessionId(),
          ConsoleText.time(session.getUpdateTime()),
          Long.toString(session.getMessageCount()),
          session.hasUser() ? session.getUser() : ConsoleText.NONE,
          session.getKey(),
          session.hasLabel() ? session.getLabel() : ConsoleText.NONE);
    }
  }

  /** {@code parley sessions get}. */
  @Command(
      name = "get",
      description = "Prints a session as JSON.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class Get implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Option(
        names = "--agent",
        paramLabel = "AGENT",
        required = true,
        description = "The agent of the session: its id or display name.")
    private String agent = "";

    @ArgGroup(multiplicity = "1")
    private Which which = new Which();

    @Override
    public Integer call() throws Exception {
      GetSessionRequest.Builder request = GetSessionRequest.newBuilder();
      if (which.session != null) {
        request.setSessionId(which.session);
      } else if (which.key != null) {
        request.setKey(which.key);
      }
      return client.run(
          channel -> {
            request.setAgentId(AgentNames.id(channel, agent));
            Session session =
                SessionServiceGrpc.newBlockingStub(channel).getSession(request.build());
            System.out.println(new String(JsonCodec.write(session), UTF_8));
            return 0;
          });
    }
  }

  /** Names one session. */
  static final class Which {
    @Option(
        names = "--session",
        paramLabel = "UUID",
        description = "The id of the session, active or archived.")
    private @Nullable String session;

    @Option(
        names = "--session-key",
        paramLabel = "TEXT",
        description = "The key of the session, which must be active.")
    private @Nullable String key;
  }
}
