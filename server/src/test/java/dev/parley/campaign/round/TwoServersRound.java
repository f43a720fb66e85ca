package dev.parley.campaign.round;

import dev.parley.campaign.load.Endpoint;
import dev.parley.campaign.load.Load;
import dev.parley.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Two servers use one database, and one of them is killed and replaced several times. */
final class TwoServersRound implements Round {
  private static final int KILLS = 3;
  private static final int WRITES_MIN = 200;
  private static final int WRITES_MAX = 600;

  @Override
  public String name() {
    return "two servers, one killed, PostgreSQL";
  }

  @Override
  public void run(RoundContext context) throws IOException {
    Path other = Files.createDirectory(context.work().resolve("other"));
    try (Engine.OpenStore store = Engine.POSTGRES.open()) {
      Load load = ServerLives.createLoad(context, store.flags());
      try (ServerProcess stays = ServerProcess.start(context.work(), store.flags())) {
        for (int i = 0; i < KILLS; i++) {
          try (ServerProcess killed = ServerProcess.start(other, store.flags())) {
            context.readAll(load, killed);
            load.start(List.of(Endpoint.of(stays), Endpoint.of(killed)));
            try (load) {
              load.awaitAcknowledged(context.random().nextInt(WRITES_MIN, WRITES_MAX));
              killed.kill();
              load.awaitAcknowledged(WRITES_MIN);
            }
          }
          context.readAll(load, stays);
        }
      }
      ServerLives.verify(context, load, store);
    }
  }
}
