package dev.parley.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.api.json.JsonCodec;
import dev.parley.app.cli.client.AgentNames;
import dev.parley.app.cli.client.ClientOptions;
import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.app.cli.console.MessageText;
import dev.parley.app.cli.console.RowPrinter;
import dev.parley.config.ConfigException;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.GetMessageRequest;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.SessionServiceGrpc;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parley messages}. */
@Command(
    name = "messages",
    description = "Lists, shows and searches messages.",
    mixinStandardHelpOptions = true,
    subcommands = {MessagesCommand.ListAll.class, MessagesCommand.Get.class, SearchCommand.class})
public final class MessagesCommand {

  /** {@code parley messages list}. */
  @Command(
      name = "list",
      description =
          "Lists messages, the newest first: sequence, time, role, run, id, content. The time is"
              + " the one that the client gave (clientTime); without it, the time at which the"
              + " message was stored (createTime). --json prints both. Without --json, the content"
              + " is cut after 200 characters.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class ListAll implements Callable<Integer> {
    private static final int PAGE = 1_000;

    @Mixin private ClientOptions client = new ClientOptions();

    @Mixin private SessionName name = new SessionName();

    @Option(names = "--oldest-first", description = "Lists the oldest messages first.")
    private boolean oldestFirst;

    @Option(
        names = "--role",
        paramLabel = "ROLE",
        split = ",",
        description = "Lists only messages with these roles: ${COMPLETION-CANDIDATES}.")
    private @Nullable List<Role> roles;

    @Option(names = "--run", paramLabel = "ID", description = "Lists only messages of this run.")
    private @Nullable String run;

    @Option(
        names = "--around",
        paramLabel = "ID",
        description = "Lists messages before and after the message with this id.")
    private @Nullable String around;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "100",
        description = "Maximum number of messages. 0: no limit. Default: ${DEFAULT-VALUE}.")
    private long limit;

    @Option(names = "--json", description = "Prints one JSON object per line.")
    private boolean json;

    /** The roles that can be given. */
    enum Role {
      USER,
      ASSISTANT,
      SYSTEM,
      TOOL
    }

    @Override
    public Integer call() throws Exception {
      ListMessagesRequest.Builder request = request();
      RowPrinter rows =
          RowPrinter.toStandardOutput("SEQUENCE", "TIME", "ROLE", "RUN", "ID", "CONTENT");
      return client.run(
          channel -> {
            SessionServiceGrpc.SessionServiceBlockingStub stub =
                SessionServiceGrpc.newBlockingStub(channel);
            request.setAgentId(AgentNames.id(channel, name.agent));
            long left = limit == 0 ? Long.MAX_VALUE : limit;
            ListMessagesResponse page;
            do {
              page = stub.listMessages(request.setPageSize((int) Math.min(left, PAGE)).build());
              page.getMessagesList().forEach(message -> print(message, rows));
              if (!json) {
                rows.flush();
              }
              left -= page.getMessagesCount();
              request.setPageToken(page.getNextPageToken());
            } while (page.hasNextPageToken() && left > 0 && around == null);
            return 0;
          });
    }

    private ListMessagesRequest.Builder request() {
      if (limit < 0) {
        throw new ConfigException("--limit cannot be %d: it must be 0 or more.".formatted(limit));
      }
      ListMessagesRequest.Builder request =
          ListMessagesRequest.newBuilder()
              .setSessionId(name.session)
              .setOrder(
                  oldestFirst
                      ? ListMessagesRequest.Order.OLDEST_FIRST
                      : ListMessagesRequest.Order.NEWEST_FIRST);
      if (roles != null) {
        roles.forEach(role -> request.addRoles(ChatMessage.Role.valueOf(role.name())));
      }
      if (run != null) {
        request.setRunId(run);
      }
      if (around != null) {
        request.setStartMessageId(around).setAround(true);
      }
      return request;
    }

    private void print(ChatMessage message, RowPrinter rows) {
      if (json) {
        System.out.println(json(message));
        return;
      }
      rows.add(
          Long.toString(message.getSequence()),
          MessageText.time(message),
          message.getRole().name(),
          message.hasRunId() ? message.getRunId() : ConsoleText.NONE,
          message.getMessageId(),
          MessageText.of(message));
    }
  }

  /** {@code parley messages get}. */
  @Command(
      name = "get",
      description = "Prints a message as JSON.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class Get implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Mixin private SessionName name = new SessionName();

    @Parameters(paramLabel = "ID", description = "The id of the message.")
    private String messageId = "";

    @Override
    public Integer call() throws Exception {
      return client.run(
          channel -> {
            ChatMessage message =
                MessageServiceGrpc.newBlockingStub(channel)
                    .getMessage(
                        GetMessageRequest.newBuilder()
                            .setAgentId(AgentNames.id(channel, name.agent))
                            .setSessionId(name.session)
                            .setMessageId(messageId)
                            .build());
            System.out.println(json(message));
            return 0;
          });
    }
  }

  /** Options that name the session of the messages. */
  static final class SessionName {
    @Option(
        names = "--agent",
        paramLabel = "AGENT",
        required = true,
        description = "The agent of the session: its id or display name.")
    private String agent = "";

    @Option(
        names = "--session",
        paramLabel = "UUID",
        required = true,
        description = "The id of the session, active or archived.")
    private String session = "";
  }

  private static String json(ChatMessage message) {
    if (message.hasOmittedContentBytes()) {
      System.err.printf(
          "parley: the content of message %s is omitted, because its %d bytes exceed the limit of"
              + " a gRPC response. Read it with GET /v1/agents/…/messages/… instead.%n",
          message.getMessageId(), message.getOmittedContentBytes());
    }
    return new String(JsonCodec.write(message), UTF_8);
  }
}
