package dev.parley.app.cli;

import dev.parley.app.cli.console.ExitCodes;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code parley completion}. */
@Command(
    name = "completion",
    description = {
      "Prints a script that completes commands and options in bash and zsh.",
      "In bash, run: source <(parley completion). In zsh, first run: autoload -U +X"
          + " bashcompinit && bashcompinit"
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE, ExitCodes.NOT_TRIED},
    mixinStandardHelpOptions = true)
public final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    System.out.print(AutoComplete.bash("parley", command.root().commandLine()));
    System.out.flush();
    return 0;
  }
}
