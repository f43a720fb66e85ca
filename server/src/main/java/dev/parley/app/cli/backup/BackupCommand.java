package dev.parley.app.cli.backup;

import dev.parley.app.cli.client.ClientOptions;
import dev.parley.app.cli.console.ByteProgress;
import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.app.server.BuildVersion;
import dev.parley.proto.v1.CreateBackupRequest;
import dev.parley.proto.v1.CreateBackupResponse;
import dev.parley.proto.v1.MaintenanceServiceGrpc;
import dev.parley.storage.FrozenStore;
import dev.parley.storage.StoreCounts;
import dev.parley.storage.backup.BackupRefusedException;
import dev.parley.storage.backup.BackupWriter;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbStores;
import io.grpc.Channel;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parley backup}: writes an embedded store into one file while its server runs. */
@Command(
    name = "backup",
    description = {
      "Writes an embedded store into one file.",
      "The server keeps running. With --data, it reads the folder directly if no "
          + "server uses it. The backup does not contain root.key."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:The backup is complete and on disk.",
      "1:The backup failed. No file was left behind.",
      ExitCodes.NOT_TRIED
    },
    mixinStandardHelpOptions = true)
public final class BackupCommand implements Callable<Integer> {
  private static final String STANDARD_OUTPUT = "-";
  private static final int DONE = 0;

  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "FILE", description = "File to write, or - for standard output.")
  private Path file = Path.of(STANDARD_OUTPUT);

  @Option(names = "--force", description = "Overwrites FILE if it exists.")
  private boolean force;

  /** Produces the bytes of a backup. */
  private interface Source {
    void writeTo(OutputStream out, ByteProgress progress) throws IOException;
  }

  @Override
  public Integer call() throws Exception {
    Path folder = client.data();
    if (client.isDataGiven() && RocksDbStores.isStore(folder) && !RocksDbFolder.isInUse(folder)) {
      return backUp((out, progress) -> read(folder, out, progress));
    }
    return client.run(channel -> backUp((out, progress) -> fetch(channel, out, progress)));
  }

  private int backUp(Source source) {
    long start = System.nanoTime();
    try {
      if (file.toString().equals(STANDARD_OUTPUT)) {
        write(source, System.out);
        return DONE;
      }
      try (PartialFile target = PartialFile.begin(file, force)) {
        long bytes = write(source, target.out());
        StoreCounts counts = BackupFile.finish(target);
        System.out.printf(
            "Backed up to %s: %s; %.1f MiB in %.1f s%n"
                + "The backup does not contain the root key: keep root.key or PARLEY_ROOT_KEY"
                + " safe.%n",
            file, counts, bytes / 1024.0 / 1024.0, (System.nanoTime() - start) / 1e9);
        return DONE;
      }
    } catch (IOException | BackupRefusedException e) {
      return ConsoleText.failed(file + " cannot be written", e);
    }
  }

  private static long write(Source source, OutputStream target) throws IOException {
    try (ByteProgress progress = new ByteProgress("Backing up", -1)) {
      Counted counted = new Counted(target, progress);
      source.writeTo(counted, progress);
      counted.flush();
      return counted.bytes;
    }
  }

  private static void read(Path folder, OutputStream out, ByteProgress progress)
      throws IOException {
    try (RocksDbFolder opened = RocksDbFolder.take(folder);
        FrozenStore store = opened.freeze()) {
      progress.expect(BackupWriter.bytes(store));
      BackupWriter.write(store, out, BuildVersion.text(), Instant.now());
    }
  }

  private static void fetch(Channel channel, OutputStream out, ByteProgress progress)
      throws IOException {
    Iterator<CreateBackupResponse> responses =
        MaintenanceServiceGrpc.newBlockingStub(channel)
            .createBackup(CreateBackupRequest.getDefaultInstance());
    while (responses.hasNext()) {
      CreateBackupResponse response = responses.next();
      if (response.getFileBytes() > 0) {
        progress.expect(response.getFileBytes());
      }
      response.getData().writeTo(out);
    }
  }

  /** Counts bytes and shows the progress. */
  private static final class Counted extends FilterOutputStream {
    private final ByteProgress progress;
    private long bytes;

    Counted(OutputStream out, ByteProgress progress) {
      super(out);
      this.progress = progress;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] some, int offset, int length) throws IOException {
      out.write(some, offset, length);
      bytes += length;
      progress.step(length);
    }
  }
}
