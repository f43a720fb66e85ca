package dev.parley.app.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.app.cli.console.RowPrinter;
import dev.parley.app.cli.copy.StoreLocation;
import dev.parley.config.Setting;
import dev.parley.storage.migration.MigrationPlan;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code parley migrate}: changes a store to this version without serving, or says what changes.
 */
@Command(
    name = "migrate",
    description = {
      "Changes a store of an older version to this version, as a start of the server does.",
      "Prints the steps: a table on a terminal, otherwise tab-separated lines of version and"
          + " description. The last line says which version the store has. A data folder that a"
          + " server uses cannot be migrated."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:The store has this version. With --plan: a start would change nothing.",
      "1:With --plan: a start would change the store.",
      "2:Bad arguments, or the store cannot be opened or migrated."
    },
    mixinStandardHelpOptions = true)
public final class MigrateCommand implements Callable<Integer> {
  private static final int WOULD_CHANGE = 1;

  @Option(
      names = "--plan",
      description = "Says what a start of the server would change. Changes nothing.")
  private boolean plan;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${env:PARLEY_DATA:-./data}",
      description = "Data folder of the embedded store. Default: ${DEFAULT-VALUE}.")
  private Path data = Path.of("data");

  @Option(
      names = "--store",
      paramLabel = "URL",
      description =
          "Database instead of the embedded store, jdbc:postgresql://… (PARLEY_STORE). The tables"
              + " of an empty database are created.")
  private @Nullable String store;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    // The command line overrides the environment.
    boolean dataGiven = command.commandLine().getParseResult().hasMatchedOption("--data");
    String url =
        store == null && !dataGiven ? System.getenv(Setting.STORE.environmentName()) : store;
    StoreLocation location = StoreLocation.of(url == null || url.isEmpty() ? data.toString() : url);
    MigrationPlan steps = location.migrationPlan();
    if (!plan) {
      location.migrate();
    }
    if (json) {
      System.out.println(json(location, steps));
    } else {
      RowPrinter rows = RowPrinter.toStandardOutput("VERSION", "CHANGE");
      steps.steps().forEach(step -> rows.add(step.version(), step.description()));
      rows.flush();
      System.out.println(summary(location, steps));
    }
    return plan && !steps.steps().isEmpty() ? WOULD_CHANGE : 0;
  }

  private String summary(StoreLocation location, MigrationPlan steps) {
    String place = "The " + steps.kind() + " of " + location;
    if (steps.steps().isEmpty()) {
      return "%s has version %s. Nothing to do.".formatted(place, steps.current());
    }
    String from = steps.current() == null ? "" : " from version " + steps.current();
    return plan
        ? "%s would be changed%s to version %s.".formatted(place, from, steps.result())
        : "%s was changed%s to version %s.".formatted(place, from, steps.result());
  }

  private String json(StoreLocation location, MigrationPlan steps) throws IOException {
    StringWriter line = new StringWriter();
    try (JsonGenerator to = new JsonFactory().createGenerator(line)) {
      to.writeStartObject();
      to.writeStringField("store", location.toString());
      to.writeStringField("kind", steps.kind());
      to.writeStringField("current", plan ? steps.current() : steps.result());
      to.writeBooleanField("planned", plan);
      to.writeArrayFieldStart("steps");
      for (MigrationPlan.Step step : steps.steps()) {
        to.writeStartObject();
        to.writeStringField("version", step.version());
        to.writeStringField("description", step.description());
        to.writeEndObject();
      }
      to.writeEndArray();
      to.writeEndObject();
    }
    return line.toString();
  }
}
