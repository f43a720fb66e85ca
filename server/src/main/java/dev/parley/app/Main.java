package dev.parley.app;

import dev.parley.app.cli.AgentsCommand;
import dev.parley.app.cli.AuditCommand;
import dev.parley.app.cli.CallFailedException;
import dev.parley.app.cli.ConfigCommand;
import dev.parley.app.cli.KeysCommand;
import dev.parley.app.cli.RetentionCommand;
import dev.parley.app.cli.ServeCommand;
import dev.parley.app.cli.ServeOptions;
import dev.parley.app.cli.backup.BackupCommand;
import dev.parley.app.cli.backup.CheckCommand;
import dev.parley.app.cli.backup.RestoreCommand;
import dev.parley.app.cli.copy.CopyCommand;
import dev.parley.app.cli.transcript.ExportCommand;
import dev.parley.app.cli.transcript.ImportCommand;
import dev.parley.app.server.BuildVersion;
import dev.parley.app.server.ServerLifecycle;
import dev.parley.config.ConfigException;
import dev.parley.storage.StoreUnavailableException;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/**
 * The command line: {@code parley [serve|config|agents|keys|backup|…]}. What goes wrong is one line
 * on standard error; the exit status is 2 if nothing was tried, and 1 if the server refused.
 */
@Command(
    name = "parley",
    description = {
      "A session service for AI agents. Without a command it serves.",
      "serve --help names all settings."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      ServeCommand.class,
      ConfigCommand.class,
      AgentsCommand.class,
      KeysCommand.class,
      AuditCommand.class,
      ImportCommand.class,
      CopyCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      CheckCommand.class,
      ExportCommand.class,
      RetentionCommand.class
    })
public final class Main implements Callable<Integer> {
  private static final int CANNOT_START = 2;
  private static final int CALL_FAILED = 1;

  /** The parameters of a store's URL, a password among them, in a complaint about an argument. */
  private static final Pattern WHAT_A_URL_HIDES = Pattern.compile("(jdbc:[^?\\s]*)\\?[^\\s']*");

  @Mixin private ServeOptions options = new ServeOptions();

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs a command to its end; its exit status. */
  public static int run(String... arguments) {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((failure, given) -> explain(failure))
        .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure))
        .execute(arguments);
  }

  @Override
  public Integer call() throws Exception {
    return ServerLifecycle.run(options.settings());
  }

  private static int explain(ParameterException failure) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    String what = WHAT_A_URL_HIDES.matcher(String.valueOf(failure.getMessage())).replaceAll("$1");
    return say(what + ". Try: " + command + " --help", CANNOT_START);
  }

  private static int explain(Exception failure) throws Exception {
    if (failure instanceof ConfigException || failure instanceof StoreUnavailableException) {
      return say(failure.getMessage(), CANNOT_START);
    }
    if (failure instanceof CallFailedException) {
      return say(failure.getMessage(), CALL_FAILED);
    }
    throw failure;
  }

  private static int say(@Nullable String what, int status) {
    System.err.println("parley: " + what);
    return status;
  }

  /** The version that the jar was built with. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"parley " + BuildVersion.text()};
    }
  }
}
