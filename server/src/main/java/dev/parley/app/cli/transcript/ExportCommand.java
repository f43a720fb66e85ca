package dev.parley.app.cli.transcript;

import dev.parley.app.cli.backup.PartialFile;
import dev.parley.app.cli.client.AgentNames;
import dev.parley.app.cli.client.ClientOptions;
import dev.parley.app.cli.client.RestMessages;
import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.CopyProgress;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.app.cli.transcript.output.SessionTarget;
import dev.parley.config.ConfigException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parley export}: writes the conversations of an agent to files. */
@Command(
    name = "export",
    description = {
      "Writes the sessions, runs and messages of an agent to files. 'parley import' reads all"
          + " formats except markdown.",
      "Make sure that nothing writes to the agent during the export."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:All files are complete.",
      "1:The export failed. Only complete files were left behind.",
      ExitCodes.NOT_TRIED
    },
    mixinStandardHelpOptions = true)
public final class ExportCommand implements Callable<Integer> {
  private static final String STANDARD_OUTPUT = "-";
  private static final int DONE = 0;
  private static final int BUFFER_BYTES = 1024 * 1024;

  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(
      paramLabel = "FILE",
      description =
          "File to write, or - for standard output. With --format grip or openclaw: the "
              + "folder to write, which is created if it does not exist.")
  private Path file = Path.of(STANDARD_OUTPUT);

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "jsonl",
      description =
          "jsonl: complete data, one JSON object per line. openai: one line with the messages of a"
              + " session, as for OpenAI's chat completions. markdown: for people. grip: session"
              + " files of grip. openclaw: transcripts of OpenClaw. Default: ${DEFAULT-VALUE}.")
  private ExportFormat format = ExportFormat.JSONL;

  @Option(
      names = "--agent",
      required = true,
      paramLabel = "AGENT",
      description = "The agent to export: its id or display name.")
  private String agent = "";

  @Option(
      names = "--session",
      paramLabel = "ID|KEY",
      description = "Exports only the session with this id or key.")
  private @Nullable String session;

  @Option(names = "--archived", description = "Also exports archived sessions.")
  private boolean archived;

  @Option(names = "--force", description = "Overwrites FILE if it exists.")
  private boolean force;

  @Override
  public Integer call() throws Exception {
    return client.run(
        channel -> {
          try (RestMessages large = client.restMessages()) {
            Exporter exporter = new Exporter(channel, large, AgentNames.id(channel, agent));
            if (format.isFolder()) {
              toFolder(exporter);
            } else if (file.toString().equals(STANDARD_OUTPUT)) {
              export(exporter, lines(System.out));
            } else {
              toFile(exporter);
            }
            return DONE;
          } catch (IOException e) {
            return ConsoleText.failed(file + " cannot be written", e);
          }
        });
  }

  private void toFile(Exporter exporter) throws IOException {
    try (PartialFile target = PartialFile.begin(file, force)) {
      export(exporter, lines(target.out()));
      target.sync();
      target.publish();
    }
    tell(exporter, "");
  }

  private SessionTarget lines(OutputStream out) {
    return format.target(new BufferedOutputStream(out, BUFFER_BYTES));
  }

  /** Each file appears when it is complete. The index file, if any, is written last. */
  private void toFolder(Exporter exporter) throws IOException {
    if (archived) {
      throw new ConfigException(
          "--archived is not possible with --format " + format + ", which has no archives.");
    }
    if (Files.exists(file) && !Files.isDirectory(file)) {
      throw new ConfigException(file + " already exists and is not a folder.");
    }
    Files.createDirectories(file);
    try (SessionTarget target = format.target(file, force)) {
      export(exporter, target);
    }
    tell(exporter, " (the format has no runs, and no metadata of other programs)");
  }

  private void tell(Exporter exporter, String note) {
    System.out.printf(
        "Exported to %s: %s, %s, %s%s%n",
        file,
        ConsoleText.count(exporter.sessions(), "session"),
        ConsoleText.count(exporter.messages(), "message"),
        ConsoleText.count(exporter.runs(), "run"),
        note);
  }

  private void export(Exporter exporter, SessionTarget target) throws IOException {
    try (CopyProgress progress = new CopyProgress("Exporting")) {
      exporter.run(session, archived, target, progress);
    }
  }
}
