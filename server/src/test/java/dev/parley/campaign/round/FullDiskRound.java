package dev.parley.campaign.round;

import dev.parley.campaign.load.Endpoint;
import dev.parley.campaign.load.Load;
import dev.parley.testing.ServerProcess;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** The disk becomes full while clients work. When it has space again, the server goes on. */
final class FullDiskRound implements Round {
  private static final int MEGABYTES = 200;
  private static final int WRITES = 200;
  private static final int REFUSED = 20;

  @Override
  public String name() {
    return "full disk, RocksDB";
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
          UUID other = server.agent();
          disk.fill();
          LargeAppends.untilRefused(server, other, REFUSED);
          disk.free();
          load.awaitAcknowledged(WRITES);
          disk.fill();
          LargeAppends.untilRefused(server, other, REFUSED);
          server.kill();
        }
      }
      disk.free();
      ServerLives.verify(context, load, store);
    }
  }
}
