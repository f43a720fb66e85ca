package dev.parley.app.cli;

import dev.parley.app.cli.console.ExitCodes;
import dev.parley.app.server.ServerLifecycle;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code parley serve}. */
@Command(
    name = "serve",
    description = "Starts the server. It runs until SIGTERM or Ctrl-C.",
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {"0:The server was stopped.", "2:The server could not start."},
    mixinStandardHelpOptions = true)
public final class ServeCommand implements Callable<Integer> {
  @Mixin private ServeOptions options = new ServeOptions();

  @Override
  public Integer call() throws Exception {
    return ServerLifecycle.run(options.settings());
  }
}
