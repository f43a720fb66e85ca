package dev.parley.campaign.round;

import dev.parley.campaign.history.Interval;
import dev.parley.campaign.load.Endpoint;
import dev.parley.campaign.load.Load;
import dev.parley.testing.Folders;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A backup is made while clients work, and the server is killed during a second one. The first
 * backup must show the messages, the label and the state of each session at some time between its
 * begin and its end. That all are of the same time is not checked.
 */
final class BackupRound implements Round {
  private static final String COMPLETE = "complete.zip";
  private static final String INTERRUPTED = "interrupted.zip";
  private static final int WRITES = 300;

  @Override
  public String name() {
    return "backup, and kill during a backup, RocksDB";
  }

  @Override
  public void run(RoundContext context) throws IOException {
    try (Engine.OpenStore store = Engine.ROCKSDB.open()) {
      Load load = ServerLives.createLoad(context, store.flags());
      Interval taken;
      try (ServerProcess server = ServerProcess.start(context.work())) {
        load.start(List.of(Endpoint.of(server)));
        try (load) {
          load.awaitAcknowledged(WRITES);
          long begin = context.history().tick();
          ParleyProcess.Result backup = server.run("backup", COMPLETE);
          taken = context.history().since(begin);
          context.require(backup.exitCode() == 0, "the backup fails: " + backup.err());
          load.awaitAcknowledged(WRITES);
          killDuringBackup(context, server);
        }
      }
      if (Files.exists(context.work().resolve(INTERRUPTED))) {
        context.checkStore(INTERRUPTED);
      }
      readBackup(context, load, taken);
      ServerLives.verify(context, load, store);
    }
  }

  private static void killDuringBackup(RoundContext context, ServerProcess server) {
    Map<String, String> environment =
        Map.of("PARLEY_SERVER", server.url(), "PARLEY_DATA", server.data().toString());
    Path checkpoint = server.data().resolve("checkpoint");
    Path file = context.work().resolve(INTERRUPTED);
    try (ParleyProcess backup =
        ParleyProcess.start(context.work(), environment, "backup", INTERRUPTED)) {
      Waiting.until(() -> Files.exists(checkpoint) || Files.exists(file), backup::err);
      server.kill();
      boolean complete = backup.awaitExit() == 0;
      context.require(
          complete == Files.exists(file),
          "an interrupted backup is there, or a complete one is not");
    }
  }

  private static void readBackup(RoundContext context, Load load, Interval taken)
      throws IOException {
    Path work = Files.createDirectory(context.work().resolve("restored"));
    context.checkStore(COMPLETE);
    ParleyProcess.Result restore =
        context.command("restore", COMPLETE, "--data", work.resolve("data").toString());
    context.require(restore.exitCode() == 0, "the restore fails: " + restore.err());
    if (restore.exitCode() == 0) {
      try (ServerProcess restored = ServerProcess.start(work)) {
        load.readCopy(Endpoint.of(restored), taken)
            .forEach(finding -> context.require(false, finding));
      }
    }
    Folders.delete(work);
  }
}
