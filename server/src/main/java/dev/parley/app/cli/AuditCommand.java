package dev.parley.app.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.parley.app.cli.client.AgentNames;
import dev.parley.app.cli.client.ClientOptions;
import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.app.cli.console.RowPrinter;
import dev.parley.app.cli.console.TimeText;
import dev.parley.config.ConfigException;
import dev.parley.proto.v1.AuditEntry;
import dev.parley.proto.v1.AuditServiceGrpc;
import dev.parley.proto.v1.ListAuditEntriesRequest;
import dev.parley.proto.v1.ListAuditEntriesResponse;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code parley audit}. */
@Command(
    name = "audit",
    description =
        "Prints the audit log, newest entries first, as tab-separated lines: time, "
            + "action, identity, key, owner, agent, target, address, transport and API, "
            + "request id.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
    mixinStandardHelpOptions = true)
public final class AuditCommand implements Callable<Integer> {
  private static final int PAGE = 1_000;

  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--owner",
      paramLabel = "NAME",
      description = "Prints only entries about this owner.")
  private @Nullable String owner;

  @Option(
      names = "--agent",
      paramLabel = "AGENT",
      description =
          "Prints only entries about this agent, its keys and its sessions. Give its id or display"
              + " name.")
  private @Nullable String agent;

  @Option(
      names = "--action",
      paramLabel = "PREFIX",
      description = "Prints only actions with this prefix, such as session. or key.rotate.")
  private @Nullable String action;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Start of the period, such as 2027-01-31T00:00:00Z, or 90d for 90 days ago.")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "End of the period, exclusive.")
  private @Nullable String until;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "Maximum number of entries. 0: no limit. Default: ${DEFAULT-VALUE}.")
  private long limit;

  @Option(names = "--json", description = "Prints one JSON object per line.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    ListAuditEntriesRequest.Builder request = request();
    return client.run(
        channel -> {
          AuditServiceGrpc.AuditServiceBlockingStub stub =
              AuditServiceGrpc.newBlockingStub(channel);
          if (agent != null) {
            request.setAgentId(AgentNames.id(channel, agent));
          }
          RowPrinter rows =
              RowPrinter.toStandardOutput(
                  "TIME",
                  "ACTION",
                  "ACTOR",
                  "ACTOR KEY",
                  "OWNER",
                  "AGENT",
                  "TARGET",
                  "ADDRESS",
                  "TRANSPORT",
                  "REQUEST");
          long left = limit == 0 ? Long.MAX_VALUE : limit;
          ListAuditEntriesResponse page;
          do {
            page = stub.listAuditEntries(request.setPageSize((int) Math.min(left, PAGE)).build());
            for (AuditEntry entry : page.getEntriesList()) {
              print(entry, rows);
            }
            if (!json) {
              rows.flush();
            }
            left -= page.getEntriesCount();
            request.setPageToken(page.getNextPageToken());
          } while (page.hasNextPageToken() && left > 0);
          return 0;
        });
  }

  private ListAuditEntriesRequest.Builder request() {
    if (limit < 0) {
      throw new ConfigException("--limit cannot be %d: it must be 0 or more.".formatted(limit));
    }
    ListAuditEntriesRequest.Builder request = ListAuditEntriesRequest.newBuilder();
    Instant now = Instant.now();
    if (owner != null) {
      request.setOwner(owner);
    }
    if (action != null) {
      request.setAction(action);
    }
    if (since != null) {
      request.setSince(TimeText.ago("--since", since, now));
    }
    if (until != null) {
      request.setUntil(TimeText.ago("--until", until, now));
    }
    return request;
  }

  private void print(AuditEntry entry, RowPrinter rows) {
    if (json) {
      System.out.println(json(entry));
      return;
    }
    rows.add(
        ConsoleText.time(entry.getTime()),
        entry.getAction(),
        entry.getIdentity(),
        entry.hasActorKeyId() ? entry.getActorKeyId() : ConsoleText.NONE,
        entry.hasOwner() ? entry.getOwner() : ConsoleText.NONE,
        entry.hasAgentId() ? entry.getAgentId() : ConsoleText.NONE,
        target(entry),
        entry.getAddress(),
        entry.getTransport() + "/" + entry.getFace(),
        entry.getRequestId());
  }

  private static String target(AuditEntry entry) {
    if (entry.hasSessionId()) {
      return entry.getSessionId();
    }
    if (entry.hasSuccessorKeyId()) {
      return entry.getKeyId() + ">" + entry.getSuccessorKeyId();
    }
    return entry.hasKeyId() ? entry.getKeyId() : ConsoleText.NONE;
  }

  private static String json(AuditEntry entry) {
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().print(entry);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("An audit entry cannot be converted to JSON.", e);
    }
  }
}
