package dev.parley.app.cli.transcript;

import dev.parley.app.cli.ClientOptions;
import dev.parley.app.cli.backup.PartialFile;
import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.CopyProgress;
import dev.parley.app.cli.console.ExitCodes;
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

/** {@code parley export}: an agent's conversations as lines that {@code parley import} reads. */
@Command(
    name = "export",
    description = {
      "Writes sessions, runs and messages of an agent as files that import reads.",
      "Nobody should write to the agent meanwhile."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:The file, or each in the folder, is whole.",
      "1:The server refused, or something failed; no file was left but whole ones in a folder.",
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
      description = {
        "The file to write, - for standard output;",
        "of grip and openclaw the folder, which is made if it is not there."
      })
  private Path file = Path.of(STANDARD_OUTPUT);

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "jsonl",
      description = {
        "jsonl: Parley's lines, which lose nothing. grip: that program's session files.",
        "openclaw: that program's transcripts. Default: ${DEFAULT-VALUE}."
      })
  private TranscriptFormat format = TranscriptFormat.JSONL;

  @Option(
      names = "--agent",
      required = true,
      paramLabel = "UUID",
      description = "The agent whose sessions to write.")
  private String agent = "";

  @Option(
      names = "--session",
      paramLabel = "ID|KEY",
      description = "Only this session, by its id or its key.")
  private @Nullable String session;

  @Option(names = "--archived", description = "Archived sessions, too.")
  private boolean archived;

  @Option(names = "--force", description = "Replaces FILE if it is there.")
  private boolean force;

  @Override
  public Integer call() throws Exception {
    return client.run(
        channel -> {
          Exporter exporter = new Exporter(channel, agent);
          try {
            if (format != TranscriptFormat.JSONL) {
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

  private static SessionTarget lines(OutputStream out) {
    return new LineTarget(new BufferedOutputStream(out, BUFFER_BYTES));
  }

  /** Each file appears when it is whole; an index, if there is one, at the end. */
  private void toFolder(Exporter exporter) throws IOException {
    if (archived) {
      throw new ConfigException("--archived goes with --format jsonl: others know no archives.");
    }
    if (Files.exists(file) && !Files.isDirectory(file)) {
      throw new ConfigException(file + " is there already, and is no folder.");
    }
    Files.createDirectories(file);
    try (SessionTarget target = format.target(file, force)) {
      export(exporter, target);
    }
    tell(exporter, " (their runs, and metadata of other programs, have no place there)");
  }

  private void tell(Exporter exporter, String besides) {
    System.out.printf(
        "Exported to %s: %d sessions, %d messages, %d runs%s%n",
        file, exporter.sessions(), exporter.messages(), exporter.runs(), besides);
  }

  private void export(Exporter exporter, SessionTarget target) throws IOException {
    try (CopyProgress progress = new CopyProgress("Exporting")) {
      exporter.run(session, archived, target, progress);
    }
  }
}
