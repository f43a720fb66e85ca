package dev.parley.app.cli.transcript;

import dev.parley.app.cli.client.AgentNames;
import dev.parley.app.cli.client.ClientOptions;
import dev.parley.app.cli.console.ByteProgress;
import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.app.cli.copy.StoreLocation;
import dev.parley.app.cli.transcript.load.ImportCounts;
import dev.parley.app.cli.transcript.load.Importer;
import dev.parley.app.cli.transcript.record.RecordSink;
import dev.parley.app.cli.transcript.record.SourceFile;
import dev.parley.app.cli.transcript.source.SourceFolder;
import dev.parley.app.cli.transcript.source.SourceFormat;
import dev.parley.app.cli.transcript.store.StoreServer;
import dev.parley.app.cli.transcript.store.TimeRestorer;
import dev.parley.config.ConfigException;
import dev.parley.proto.v1.AgentServiceGrpc;
import dev.parley.proto.v1.GetAgentRequest;
import io.grpc.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      "Loads sessions and messages into an agent from a file or a folder of files.",
      "The format of each file is detected. What cannot be imported as it is, is repaired or"
          + " skipped, and a report lists it. An interrupted import can be run again: it stores"
          + " nothing twice."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:Everything was imported.",
      "1:Something was skipped, or the server did not answer. What was stored remains.",
      "2:Bad arguments. With --strict: a record is not valid."
    },
    mixinStandardHelpOptions = true)
public final class ImportCommand implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int SKIPPED = 1;

  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(
      paramLabel = "FILE",
      description = "File to read, or a folder: then all files in it and in its subfolders.")
  private Path file = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "Reads only files of this format: ${COMPLETION-CANDIDATES}. A single file is read even if"
              + " it does not look like it. Default: the format of each file is detected.")
  private @Nullable SourceFormat format;

  @Option(
      names = "--agent",
      required = true,
      paramLabel = "AGENT",
      description = "The agent to import into: its id or display name.")
  private String agent = "";

  @Option(
      names = "--store",
      paramLabel = "STORE",
      description =
          "Imports into this store, which no server may have open: a data folder or a"
              + " jdbc:postgresql:// URL. Sessions keep their creation and update times. Default:"
              + " imports through the server.")
  private @Nullable String store;

  @Option(
      names = "--content-bytes-max",
      paramLabel = "N",
      defaultValue = "4194304",
      description =
          "With --store: the content-bytes-max of the servers of the store. Longer contents are"
              + " split. Default: ${DEFAULT-VALUE}.")
  private int contentBytesMax;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Writes a line of JSON for each repaired or skipped record and for each file. An existing"
              + " file is replaced.")
  private @Nullable Path reportFile;

  @Option(
      names = "--strict",
      description = "Ends the import at the first record that cannot be imported as it is.")
  private boolean strict;

  @Option(
      names = "--dry-run",
      description = "Reads the files and prints the report. Calls no server and stores nothing.")
  private boolean dryRun;

  @Override
  public Integer call() throws Exception {
    if (!Files.isReadable(file)) {
      throw new ConfigException("The file or folder " + file + " cannot be read.");
    }
    try (ImportReport report = ImportReport.to(reportFile)) {
      if (dryRun) {
        read(new ReportingSink(report, report::imported), report);
      } else {
        int unused =
            store == null
                ? client.run(channel -> load(channel, report, null))
                : loadInto(StoreLocation.of(store), report);
      }
      return report.hasSkipped() ? SKIPPED : DONE;
    } catch (IOException e) {
      return ConsoleText.failed("The import failed", e);
    }
  }

  private int loadInto(StoreLocation location, ImportReport report) throws Exception {
    try (StoreServer server = new StoreServer(location, contentBytesMax)) {
      return client.run(server.url(), server.rootKey(), channel -> load(channel, report, server));
    }
  }

  private int load(Channel channel, ImportReport report, @Nullable StoreServer storeServer)
      throws IOException {
    String agentId = AgentNames.id(channel, agent);
    requireAgent(channel, agentId);
    Importer importer = new Importer(channel, agentId, client.server(), strict, report);
    read(new ReportingSink(report, importer::add), report, importer::flush);
    print(importer.counts());
    if (storeServer != null) {
      long kept =
          new TimeRestorer(storeServer.store(), UUID.fromString(agentId), Instant.now())
              .restore(importer.times().all());
      if (kept > 0) {
        System.out.printf(
            "Sessions with the update time of the import, because they have other messages or would"
                + " expire: %d%n",
            kept);
      }
    }
    return DONE;
  }

  /** Checks the agent first, so that a wrong id is not reported as an error of the first line. */
  private static void requireAgent(Channel channel, String agentId) {
    var unused =
        AgentServiceGrpc.newBlockingStub(channel)
            .getAgent(GetAgentRequest.newBuilder().setAgentId(agentId).build());
  }

  private void read(RecordSink sink, ImportReport report) throws IOException {
    read(sink, report, () -> {});
  }

  private void read(RecordSink sink, ImportReport report, Runnable flush) throws IOException {
    RecordSink target = strict ? new StrictSink(sink) : sink;
    try (ByteProgress progress = new ByteProgress("Importing", -1)) {
      List<SourceFile> files = SourceFolder.list(file, progress::step);
      long bytes = 0;
      for (SourceFile each : files) {
        bytes += Files.size(each.path());
      }
      progress.expect(bytes);
      new FileImport(Files.isDirectory(file), format, target, report).read(files);
      flush.run();
    }
    report.finish();
  }

  private static void print(ImportCounts counts) {
    System.out.printf(
        "Sessions created: %d, found: %d; messages stored: %d, found: %d%n",
        counts.sessionsMade(),
        counts.sessionsFound(),
        counts.messagesStored(),
        counts.messagesFound());
    if (counts.runsMade() + counts.runsFound() > 0) {
      System.out.printf("Runs created: %d, found: %d%n", counts.runsMade(), counts.runsFound());
    }
    if (counts.pastExpiries() > 0) {
      System.out.printf(
          "Sessions imported without their expire_time, which has passed: %d%n",
          counts.pastExpiries());
    }
  }
}
