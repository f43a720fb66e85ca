package dev.parley.app;

import dev.parley.app.format.ImportLine;
import dev.parley.config.ConfigException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code parley import}: loads JSON Lines through the public API. What a run before has stored
 * already is recognised by its message ids, so a run that stopped is finished by running it again.
 */
@Command(
    name = "import",
    description = {
      "Loads sessions and messages from JSON Lines into an agent.",
      "A line is {\"session\":{\"key\":…}} or {\"key\":…,\"message\":{\"role\":…,\"content\":…}}.",
      "Run it again after a stop: what is stored already is not stored twice."
    },
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "FILE", description = "The file, in UTF-8.")
  private Path file = Path.of("");

  @Option(
      names = "--agent",
      required = true,
      paramLabel = "UUID",
      description = "The agent to load into.")
  private String agent = "";

  @Override
  public Integer call() throws Exception {
    if (!Files.isReadable(file)) {
      throw new ConfigException("The file " + file + " cannot be read.");
    }
    return client.run(
        channel -> {
          Importer importer = new Importer(channel, agent);
          load(importer);
          System.out.printf(
              "%d sessions made, %d there before; %d messages stored, %d there before%n",
              importer.sessionsMade(),
              importer.sessionsFound(),
              importer.messagesStored(),
              importer.messagesFound());
          return 0;
        });
  }

  private void load(Importer importer) throws IOException {
    ProgressBarBuilder bar =
        new ProgressBarBuilder()
            .setTaskName("Importing")
            .setInitialMax(Files.size(file))
            .setUnit(" KiB", 1024)
            .setStyle(ProgressBarStyle.ASCII);
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8);
        ProgressBar progress = bar.build()) {
      long number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
        if (!line.isBlank()) {
          ImportLine read = ImportLines.read(utf8, number);
          importer.add(read);
        }
        progress.stepBy(utf8.length + 1L);
      }
      importer.flush();
    } catch (CharacterCodingException e) {
      throw new ConfigException("The file " + file + " is not in UTF-8.");
    }
  }
}
