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
 * {@code parley import}: loads JSON Lines through the public API. What a run before has stored
 * already is recognised by its message ids, so a run that stopped is finished by running it again.
 */
@Command(
    name = "import",
    description = {
      "Loads sessions and messages from files that export writes into an agent.",
      "A line of jsonl is {\"session\":{\"key\":…}}, or",
      "{\"key\":…,\"message\":{\"role\":…,\"content\":…}},",
      "or what export writes besides: runs, their context, and that a session is archived.",
      "Run it again after a stop: what is stored already is not stored twice."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE,
      "1:The server refused, or did not answer; what was stored stays.",
      "2:A flag, the file or a line of it cannot be used."
    },
    mixinStandardHelpOptions = true)
public final class ImportCommand implements Callable<Integer> {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(
      paramLabel = "FILE",
      description = "The file, in UTF-8; of grip and openclaw the folder of sessions.")
  private Path file = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "jsonl",
      description = "jsonl, grip or openclaw, as export writes them. Default: ${DEFAULT-VALUE}.")
  private TranscriptFormat format = TranscriptFormat.JSONL;

  @Option(
      names = "--agent",
      required = true,
      paramLabel = "UUID",
      description = "The agent to load into.")
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
              "%d sessions made, %d there before; %d messages stored, %d there before%n",
              importer.sessionsMade(),
              importer.sessionsFound(),
              importer.messagesStored(),
              importer.messagesFound());
          if (importer.runsMade() + importer.runsFound() > 0) {
            System.out.printf(
                "%d runs made, %d there before%n", importer.runsMade(), importer.runsFound());
          }
          if (importer.pastExpiries() > 0) {
            System.out.printf(
                "%d sessions came without their expire_time, which has passed%n",
                importer.pastExpiries());
          }
          return 0;
        });
  }

  /** Before anything is read: a wrong agent is no fault of the first line. */
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
      throw new ConfigException("The file " + file + " is not in UTF-8.");
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
                  throw e.about("Before or in " + name);
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
