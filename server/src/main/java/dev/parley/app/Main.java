package dev.parley.app;

import dev.parley.app.cli.AgentsCommand;
import dev.parley.app.cli.AuditCommand;
import dev.parley.app.cli.CompletionCommand;
import dev.parley.app.cli.ConfigCommand;
import dev.parley.app.cli.KeysCommand;
import dev.parley.app.cli.MessagesCommand;
import dev.parley.app.cli.MigrateCommand;
import dev.parley.app.cli.RetentionCommand;
import dev.parley.app.cli.ServeCommand;
import dev.parley.app.cli.ServeOptions;
import dev.parley.app.cli.SessionsCommand;
import dev.parley.app.cli.WatchCommand;
import dev.parley.app.cli.backup.BackupCommand;
import dev.parley.app.cli.backup.CheckCommand;
import dev.parley.app.cli.backup.RepairCommand;
import dev.parley.app.cli.backup.RestoreCommand;
import dev.parley.app.cli.client.CallFailedException;
import dev.parley.app.cli.copy.CopyCommand;
import dev.parley.app.cli.search.IndexCommand;
import dev.parley.app.cli.transcript.ExportCommand;
import dev.parley.app.cli.transcript.ImportCommand;
import dev.parley.app.server.BuildVersion;
import dev.parley.app.server.ServerLifecycle;
import dev.parley.config.ConfigException;
import dev.parley.storage.StoreUnavailableException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/**
 * The command line: {@code parley [serve|config|agents|keys|backup|…]}. An error is one line on
 * standard error. The exit status is 2 if nothing was attempted, and 1 if the server rejected a
 * call.
 */
@Command(
    name = "parley",
    description = {
      "A session service for AI agents.",
      "Without a command, it starts the server. 'parley serve --help' lists all " + "settings."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      ServeCommand.class,
      ConfigCommand.class,
      AgentsCommand.class,
      KeysCommand.class,
      SessionsCommand.class,
      MessagesCommand.class,
      WatchCommand.class,
      AuditCommand.class,
      ImportCommand.class,
      CopyCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      RepairCommand.class,
      CheckCommand.class,
      MigrateCommand.class,
      IndexCommand.class,
      ExportCommand.class,
      RetentionCommand.class,
      CompletionCommand.class
    })
public final class Main implements Callable<Integer> {
  private static final int CANNOT_START = 2;
  private static final int CALL_FAILED = 1;

  /** The query of a store URL, which may contain a password, in an error message. */
  private static final Pattern URL_QUERY = Pattern.compile("(jdbc:[^?\\s]*)\\?[^\\s']*");

  @Mixin private ServeOptions options = new ServeOptions();

  /** Runs the command that the arguments name, and exits with its status. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs a command and returns its exit status. */
  public static int run(String... arguments) {
    CommandLine line =
        areSettings(arguments)
            ? new CommandLine(new ServeCommand()).setCommandName("parley")
            : new CommandLine(new Main());
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((failure, given) -> explain(failure))
        .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure))
        .execute(arguments);
  }

  /**
   * Whether the arguments name no command and ask for no help. The server then starts without the
   * other commands, whose options would take a tenth of the start.
   */
  private static boolean areSettings(String... arguments) {
    Stream<String> commands =
        Stream.of(Main.class.getAnnotationsByType(Command.class))
            .flatMap(main -> Stream.of(main.subcommands()))
            .flatMap(subcommand -> Stream.of(subcommand.getAnnotationsByType(Command.class)))
            .map(Command::name);
    Set<String> others =
        Stream.concat(commands, Stream.of("--help", "--version")).collect(Collectors.toSet());
    return (arguments.length == 0 || arguments[0].startsWith("-"))
        && Stream.of(arguments).noneMatch(each -> others.contains(each) || each.matches("-[hV]+"));
  }

  @Override
  public Integer call() throws Exception {
    return ServerLifecycle.run(options.settings());
  }

  private static int explain(ParameterException failure) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    String what = URL_QUERY.matcher(String.valueOf(failure.getMessage())).replaceAll("$1");
    return printError(what + ". Try: " + command + " --help", CANNOT_START);
  }

  private static int explain(Exception failure) throws Exception {
    if (failure instanceof ConfigException || failure instanceof StoreUnavailableException) {
      return printError(failure.getMessage(), CANNOT_START);
    }
    if (failure instanceof CallFailedException) {
      return printError(failure.getMessage(), CALL_FAILED);
    }
    throw failure;
  }

  private static int printError(@Nullable String what, int status) {
    System.err.println("parley: " + what);
    return status;
  }

  /** Prints the version of the running build. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"parley " + BuildVersion.text()};
    }
  }
}
