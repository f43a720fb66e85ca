package dev.parley.app.cli;

import dev.parley.app.cli.console.ExitCodes;
import dev.parley.app.server.ServerLifecycle;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code parley serve}. */
@Command(
    name = "serve",
    description = "Serves until it is told to stop (SIGTERM, Ctrl-C).",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {"0:It was told to stop, and has.", "2:It could not start."},
    mixinStandardHelpOptions = true)
public final class ServeCommand implements Callable<Integer> {
  @Mixin private ServeOptions options = new ServeOptions();

  @Override
  public Integer call() throws Exception {
    return ServerLifecycle.run(options.settings());
  }
}
