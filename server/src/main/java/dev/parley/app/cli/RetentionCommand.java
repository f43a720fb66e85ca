package dev.parley.app.cli;

import dev.parley.app.cli.console.ExitCodes;
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
    description = "Says what is going to be deleted.",
    mixinStandardHelpOptions = true,
    subcommands = {RetentionCommand.Preview.class})
public final class RetentionCommand {

  /** {@code parley retention preview}. */
  @Command(
      name = "preview",
      description = {
        "Lists the sessions that are going to be deleted, the first to go first:",
        "when, why, agent, session, number of messages, key, tab-separated; then how many.",
        "Each append puts off what goes because of a ttl."
      },
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class Preview implements Callable<Integer> {
    private static final int LIMIT_MAX = 100_000;

    @Mixin private ClientOptions client = new ClientOptions();

    @Option(names = "--agent", paramLabel = "UUID", description = "Only this agent's sessions.")
    private @Nullable String agent;

    @Option(
        names = "--until",
        paramLabel = "TIME",
        description = "Those that go until then, such as 2026-12-31T00:00:00Z; default: in a day.")
    private @Nullable Instant until;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "100",
        description = "How many to list, 1 to 100000; all are counted. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Override
    public Integer call() throws Exception {
      if (limit < 1 || limit > LIMIT_MAX) {
        throw new ConfigException("--limit must be 1 to " + LIMIT_MAX + ".");
      }
      Instant end = until == null ? Instant.now().plus(Retention.AHEAD_DEFAULT) : until;
      return client.run(
          channel -> {
            ExpiryPreview.read(channel, agent, end, limit).lines().forEach(System.out::println);
            return 0;
          });
    }
  }
}
