package dev.parley.campaign.round;

import dev.parley.campaign.load.Endpoint;
import dev.parley.campaign.load.Load;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ServerProcess;
import java.io.IOException;
import java.util.List;

/**
 * The disk of a killed server is read-only at its next start. The server refuses to start, and
 * loses nothing.
 */
final class ReadOnlyDiskRound implements Round {
  private static final int MEGABYTES = 200;
  private static final int WRITES = 300;

  @Override
  public String name() {
    return "read-only disk, RocksDB";
  }

  @Override
  public boolean isPossible() {
    return SmallDisk.isPossible();
  }

  @Override
  public void run(RoundContext context) throws IOException {
    try (SmallDisk disk = SmallDisk.mount(context.work().resolve("data"), MEGABYTES);
        Engine.OpenStore store = Engine.ROCKSDB.open()) {
      Load load = ServerLives.createLoad(context);
      try (ServerProcess server = ServerProcess.start(context.work())) {
        load.start(List.of(Endpoint.of(server)));
        try (load) {
          load.awaitAcknowledged(WRITES);
          server.kill();
        }
      }
      disk.setReadOnly(true);
      ParleyProcess.Result start = context.command("--port", "0", "--data", "data");
      context.require(
          start.exitCode() == 2 && start.err().startsWith("parley: "),
          "status %d, %s".formatted(start.exitCode(), start.err()));
      disk.setReadOnly(false);
      ServerLives.verify(context, load, store);
    }
  }
}
