package dev.parley.app.cli.transcript;

import dev.parley.app.cli.CallFailedException;
import dev.parley.app.cli.ClientOptions;
import dev.parley.app.cli.console.ByteProgress;
import dev.parley.app.cli.console.CopyProgress;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.config.ConfigException;
import dev.parley.proto.v1.AgentServiceGrpc;
import dev.parley.proto.v1.GetAgentRequest;
import io.grpc.Channel;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code parley import}: loads files through the public API. Messages that an earlier run has
 * stored are recognized by their ids, so an interrupted import can be run again.
 */
@Command(
    name = "import",
    description = {
      "Loads sessions and messages into an agent from files that 'parley export' writes.",
      "A line of a jsonl file is {\"session\":{\"key\":…}} or",
      "{\"key\":…,\"message\":{\"role\":…,\"content\":…}}, or a run, a retrieved context, or",
      "a mark that the session is archived. An interrupted import can be run again: it",
      "stores nothing twice."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE,
      "1:The server rejected a call or did not answer. What was stored remains.",
      "2:A flag, the file or a line of it is not valid."
    },
    mixinStandardHelpOptions = true)
public final class ImportCommand implements Callable<Integer> {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(
      paramLabel = "FILE",
      description = "UTF-8 file to read. With --format grip or openclaw: the folder to read.")
  private Path file = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "jsonl",
      description = "jsonl, grip or openclaw, as in 'parley export'. Default: ${DEFAULT-VALUE}.")
  private TranscriptFormat format = TranscriptFormat.JSONL;

  @Option(
      names = "--agent",
      required = true,
      paramLabel = "UUID",
      description = "The agent to import into.")
  private String agent = "";

  @Override
  public Integer call() throws Exception {
    boolean lines = format == TranscriptFormat.JSONL;
    if (lines ? !Files.isRegularFile(file) : !Files.isDirectory(file)) {
      throw new ConfigException((lines ? "The file " : "The folder ") + file + " cannot be read.");
    }
    return client.run(
        channel -> {
          requireAgent(channel);
          Importer importer = new Importer(channel, agent, client.server());
          if (lines) {
            load(importer);
          } else {
            loadFolder(importer);
          }
          System.out.printf(
              "Sessions created: %d, found: %d; messages stored: %d, found: %d%n",
              importer.sessionsMade(),
              importer.sessionsFound(),
              importer.messagesStored(),
              importer.messagesFound());
          if (importer.runsMade() + importer.runsFound() > 0) {
            System.out.printf(
                "Runs created: %d, found: %d%n", importer.runsMade(), importer.runsFound());
          }
          if (importer.pastExpiries() > 0) {
            System.out.printf(
                "Sessions imported without their expire_time, which has passed: %d%n",
                importer.pastExpiries());
          }
          return 0;
        });
  }

  /** Checks the agent first, so that a wrong id is not reported as an error of the first line. */
  private void requireAgent(Channel channel) {
    var unused =
        AgentServiceGrpc.newBlockingStub(channel)
            .getAgent(GetAgentRequest.newBuilder().setAgentId(agent).build());
  }

  private void load(Importer importer) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8);
        ByteProgress progress = new ByteProgress("Importing", Files.size(file))) {
      long number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
        if (!line.isBlank()) {
          importer.add(ImportLines.read(utf8, number), number);
        }
        progress.step(utf8.length + 1L);
      }
      importer.flush();
    } catch (CharacterCodingException e) {
      throw new ConfigException("The file " + file + " is not valid UTF-8.");
    }
  }

  private void loadFolder(Importer importer) throws IOException {
    try (CopyProgress progress = new CopyProgress("Importing")) {
      format
          .source(file)
          .read(
              (line, name, number) -> {
                try {
                  importer.add(line, number);
                } catch (CallFailedException e) {
                  throw e.about("In or before " + name);
                }
                progress.messages(line.hasMessage() ? 1 : 0);
                progress.sessions(line.hasSession() ? 1 : 0);
              });
      importer.flush();
    } catch (TranscriptException | CharacterCodingException e) {
      throw new ConfigException("The folder " + file + " cannot be imported: " + e.getMessage());
    } catch (NoSuchFileException e) {
      throw new ConfigException("The folder " + file + " has no " + e.getMessage() + ".");
    }
  }
}
