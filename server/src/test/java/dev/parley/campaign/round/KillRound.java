package dev.parley.campaign.round;

import dev.parley.campaign.load.Endpoint;
import dev.parley.campaign.load.Load;
import dev.parley.testing.ServerProcess;
import java.util.List;

/** The server is killed several times while all kinds of calls are in flight. */
final class KillRound implements Round {
  private static final int KILLS = 3;
  private static final int WRITES_MIN = 300;
  private static final int WRITES_MAX = 1_500;

  private final Engine engine;

  KillRound(Engine engine) {
    this.engine = engine;
  }

  @Override
  public String name() {
    return "kill -9 of the server, " + engine.title;
  }

  @Override
  public void run(RoundContext context) {
    try (Engine.OpenStore store = engine.open()) {
      Load load = ServerLives.createLoad(context, store.flags());
      for (int i = 0; i < KILLS; i++) {
        try (ServerProcess server = ServerProcess.start(context.work(), store.flags())) {
          context.readAll(load, server);
          load.start(List.of(Endpoint.of(server)));
          try (load) {
            load.awaitAcknowledged(context.random().nextInt(WRITES_MIN, WRITES_MAX));
            server.kill();
          }
        }
      }
      ServerLives.verify(context, load, store);
    }
  }
}
