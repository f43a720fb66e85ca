package dev.parley.campaign.round;

import dev.parley.campaign.load.Load;
import dev.parley.testing.ServerProcess;

/** The first and the last start of a server in a round. */
final class ServerLives {
  private ServerLives() {}

  /** Creates an agent and the load on it. */
  static Load createLoad(RoundContext context, String... flags) {
    try (ServerProcess server = ServerProcess.start(context.work(), flags)) {
      Load load = new Load(context.history(), server.agent());
      server.terminate();
      context.require(server.awaitExit() == 0, "the server does not stop with status 0");
      return load;
    }
  }

  /** Reads everything from a new server, stops it, checks the history and the store. */
  static void verify(RoundContext context, Load load, Engine.OpenStore store) {
    try (ServerProcess server = ServerProcess.start(context.work(), store.flags())) {
      context.readAll(load, server);
      server.terminate();
      context.require(server.awaitExit() == 0, "the server does not stop with status 0");
    }
    context.checkHistory(load);
    context.checkStore(store.checkFlags());
  }
}
