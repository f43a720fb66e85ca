package dev.parley.app;

import dev.parley.app.backup.PartialFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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
      "Writes sessions, runs and messages of an agent as JSON Lines, which import reads.",
      "Nobody should write to the agent meanwhile."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:The file is whole.",
      "1:The server refused, or something failed; no file was left.",
      ExitCodes.NOT_TRIED
    },
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  private static final String STANDARD_OUTPUT = "-";
  private static final int DONE = 0;
  private static final int BUFFER_BYTES = 1024 * 1024;

  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "FILE", description = "The file to write; - is standard output.")
  private Path file = Path.of(STANDARD_OUTPUT);

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
            if (file.toString().equals(STANDARD_OUTPUT)) {
              export(exporter, System.out);
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
      export(exporter, target.out());
      target.sync();
      target.publish();
    }
    System.out.printf(
        "Exported to %s: %d sessions, %d messages, %d runs%n",
        file, exporter.sessions(), exporter.messages(), exporter.runs());
  }

  private void export(Exporter exporter, OutputStream target) throws IOException {
    try (CopyProgress progress = new CopyProgress("Exporting")) {
      OutputStream out = new BufferedOutputStream(target, BUFFER_BYTES);
      exporter.run(session, archived, out, progress);
      out.flush();
    }
  }
}
