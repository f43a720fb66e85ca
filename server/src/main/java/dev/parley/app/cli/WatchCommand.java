package dev.parley.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.api.json.JsonCodec;
import dev.parley.app.cli.client.AgentNames;
import dev.parley.app.cli.client.ClientOptions;
import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.app.cli.console.MessageText;
import dev.parley.app.cli.console.RowPrinter;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.WatchServiceGrpc;
import dev.parley.proto.v1.WatchSessionsRequest;
import dev.parley.proto.v1.WatchSessionsRequest.Include;
import dev.parley.proto.v1.WatchSessionsResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code parley watch}. */
@Command(
    name = "watch",
    description = {
      "Prints messages and changes of sessions as they happen, until it is interrupted or the"
          + " watched session is deleted.",
      "It connects again after the server was restarted, and misses nothing."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:The watched session was deleted.",
      "1:The server rejected a call, or did not answer 30 times in a row.",
      ExitCodes.NOT_TRIED
    },
    mixinStandardHelpOptions = true)
public final class WatchCommand implements Callable<Integer> {
  private static final String ALL_AGENTS = "-";
  private static final long RECONNECT_MILLIS = 1_000;
  private static final int FAILURES_MAX = 30;

  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--agent",
      paramLabel = "AGENT",
      description = "The agent: its id or display name. Default: all agents of the key.")
  private @Nullable String agent;

  @Option(
      names = "--session",
      paramLabel = "UUID",
      description = "Watches one session, from its first message. Requires --agent.")
  private @Nullable String session;

  @Option(
      names = "--session-key",
      paramLabel = "KEY",
      description = "Watches the active session with this key. Requires --agent.")
  private @Nullable String sessionKey;

  @Option(
      names = "--after",
      paramLabel = "N",
      description = "Begins after the message with this sequence. Requires one session.")
  private @Nullable Long after;

  @Option(
      names = "--resume",
      paramLabel = "TOKEN",
      description = "Begins after the event with this resumeToken, which --json prints.")
  private @Nullable String resume;

  @Option(
      names = "--include",
      paramLabel = "WHAT",
      split = ",",
      description = "What to print: ${COMPLETION-CANDIDATES}. Default: MESSAGES.")
  private List<Included> include = List.of();

  @Option(names = "--json", description = "Prints one JSON object per line.")
  private boolean json;

  /** What can be printed. */
  enum Included {
    MESSAGES,
    SESSIONS,
    RUNS
  }

  @Override
  public Integer call() throws Exception {
    WatchSessionsRequest.Builder request = WatchSessionsRequest.newBuilder().setAgentId(ALL_AGENTS);
    include.forEach(each -> request.addInclude(Include.valueOf(each.name())));
    if (session != null) {
      request.setSessionId(session);
    } else if (sessionKey != null) {
      request.setKey(sessionKey);
    }
    if (after != null) {
      request.setAfterSequence(after);
    }
    if (resume != null) {
      request.setResumeToken(resume);
    }
    return client.run(
        channel -> {
          if (agent != null) {
            request.setAgentId(AgentNames.id(channel, agent));
          }
          return watch(channel, request);
        });
  }

  /** Watches until the stream ends normally, and resumes it if the server goes away. */
  private int watch(Channel channel, WatchSessionsRequest.Builder request) {
    int failures = 0;
    while (true) {
      try {
        Iterator<WatchSessionsResponse> events =
            WatchServiceGrpc.newBlockingStub(channel).watchSessions(request.build());
        while (events.hasNext()) {
          WatchSessionsResponse event = events.next();
          failures = 0;
          print(event);
          request.clearAfterSequence().setResumeToken(event.getResumeToken());
        }
        return 0;
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE || ++failures >= FAILURES_MAX) {
          throw e;
        }
        pause();
      }
    }
  }

  private static void pause() {
    CompletableFuture.runAsync(
            () -> {}, CompletableFuture.delayedExecutor(RECONNECT_MILLIS, TimeUnit.MILLISECONDS))
        .join();
  }

  private void print(WatchSessionsResponse event) {
    if (event.hasHeartbeat()) {
      return;
    }
    String line =
        json ? new String(JsonCodec.write(event), UTF_8) : RowPrinter.escaped(text(event));
    if (!line.isEmpty()) {
      System.out.println(line);
      System.out.flush();
    }
  }

  private static String text(WatchSessionsResponse event) {
    return switch (event.getEventCase()) {
      case MESSAGE -> event.getSessionId() + "  " + text(event.getMessage());
      case SESSION -> event.getSessionId() + "  " + text(event.getSession());
      case RUN -> event.getSessionId() + "  " + text(event.getRun());
      case DELETED -> event.getSessionId() + "  deleted";
      case CAUGHT_UP, HEARTBEAT, EVENT_NOT_SET -> "";
    };
  }

  private static String text(ChatMessage message) {
    return "%d  %s  %s  %s"
        .formatted(
            message.getSequence(),
            ConsoleText.time(message.getCreateTime()),
            message.getRole().name(),
            MessageText.of(message));
  }

  private static String text(Session session) {
    return "session  %s  %s%s"
        .formatted(
            session.getKey(),
            ConsoleText.count(session.getMessageCount(), "message"),
            session.hasArchiveTime() ? ", archived" : "");
  }

  private static String text(Run run) {
    return "run %s  %s%s"
        .formatted(
            run.getRunId(), run.getState().name(), run.hasError() ? ": " + run.getError() : "");
  }
}
