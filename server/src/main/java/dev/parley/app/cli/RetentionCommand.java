package dev.parley.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.api.json.JsonCodec;
import dev.parley.app.cli.client.AgentNames;
import dev.parley.app.cli.client.ClientOptions;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.app.cli.console.RowPrinter;
import dev.parley.config.ConfigException;
import dev.parley.core.Retention;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code parley retention}. */
@Command(
    name = "retention",
    description = "Shows which sessions will expire.",
    mixinStandardHelpOptions = true,
    subcommands = {RetentionCommand.Preview.class})
public final class RetentionCommand {

  /** {@code parley retention preview}. */
  @Command(
      name = "preview",
      description = {
        "Lists the sessions that will be deleted, by time: a table on a terminal, otherwise"
            + " tab-separated lines of time, reason, agent, session, number of messages and key.",
        "The last line has the total. An append extends the expiry of a session with a " + "TTL."
      },
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class Preview implements Callable<Integer> {
    private static final int LIMIT_MAX = 100_000;

    @Mixin private ClientOptions client = new ClientOptions();

    @Option(
        names = "--agent",
        paramLabel = "AGENT",
        description = "Lists only sessions of this agent: its id or display name.")
    private @Nullable String agent;

    @Option(
        names = "--until",
        paramLabel = "TIME",
        description = "End of the period, such as 2026-12-31T00:00:00Z. Default: one day ahead.")
    private @Nullable Instant until;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "100",
        description = "Number of sessions to list, 1 to 100000. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--json", description = "Prints one JSON object per line, without the total.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
      if (limit < 1 || limit > LIMIT_MAX) {
        throw new ConfigException("--limit must be in the range 1 to " + LIMIT_MAX + ".");
      }
      Instant end = until == null ? Instant.now().plus(Retention.AHEAD_DEFAULT) : until;
      return client.run(
          channel -> {
            String agentId = agent == null ? null : AgentNames.id(channel, agent);
            ExpiryPreview preview = ExpiryPreview.read(channel, agentId, end, limit);
            if (json) {
              preview
                  .first()
                  .forEach(each -> System.out.println(new String(JsonCodec.write(each), UTF_8)));
            } else {
              RowPrinter rows =
                  RowPrinter.toStandardOutput(
                      "TIME", "REASON", "AGENT", "SESSION", "MESSAGES", "KEY");
              preview.addTo(rows);
              rows.flush();
              System.out.println(preview.total());
            }
            return 0;
          });
    }
  }
}
