package dev.parley.campaign.round;

import dev.parley.campaign.load.Endpoint;
import dev.parley.campaign.watch.WatchLoad;
import dev.parley.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients watch sessions while others write, and servers are killed. On PostgreSQL, there are two
 * servers, and the database is also restarted.
 */
final class WatchRound implements Round {
  private static final int KILLS = 4;
  private static final int MESSAGES = Integer.getInteger("campaign.watch.messages", 20_000);

  private final Engine engine;

  WatchRound(Engine engine) {
    this.engine = engine;
  }

  @Override
  public String name() {
    return "watches, servers killed, " + engine.title;
  }

  @Override
  public void run(RoundContext context) throws Exception {
    List<Path> folders = new ArrayList<>(List.of(context.work()));
    if (engine == Engine.POSTGRES) {
      folders.add(Files.createDirectory(context.work().resolve("other")));
    }
    try (Engine.OpenStore store = engine.open()) {
      List<ServerProcess> servers = new ArrayList<>();
      try {
        for (Path folder : folders) {
          servers.add(ServerProcess.start(folder, store.flags()));
        }
        List<String> agents =
            List.of(servers.get(0).agent().toString(), servers.get(0).agent().toString());
        try (WatchLoad load = new WatchLoad(agents, endpoints(servers))) {
          load.start();
          disturb(context, store, folders, servers, load);
          load.finish().forEach(finding -> context.require(false, finding));
          context.history().count(load.acknowledged(), load.seen());
          context.require(load.acknowledged() >= MESSAGES, "too few messages were appended");
          context.require(load.seen() >= 2L * MESSAGES, "too few messages were seen");
          System.out.println("Watched: " + load.summary());
        }
        for (ServerProcess server : servers) {
          server.terminate();
          context.require(server.awaitExit() == 0, "the server does not stop with status 0");
        }
      } finally {
        servers.forEach(ServerProcess::close);
      }
      context.checkStore(store.checkFlags());
    }
  }

  private static void disturb(
      RoundContext context,
      Engine.OpenStore store,
      List<Path> folders,
      List<ServerProcess> servers,
      WatchLoad load)
      throws IOException {
    for (int i = 0; i < KILLS; i++) {
      load.awaitAcknowledged((i + 1L) * MESSAGES / (KILLS + 1));
      int killed = i % servers.size();
      long pid = servers.get(killed).pid();
      servers.get(killed).kill();
      context.require(ProcessHandle.of(pid).isEmpty(), "the server was not killed");
      List<ServerProcess> others = new ArrayList<>(servers);
      others.remove(killed);
      if (!others.isEmpty()) {
        load.use(endpoints(others));
      }
      servers.get(killed).close();
      servers.set(killed, ServerProcess.start(folders.get(killed), store.flags()));
      load.use(endpoints(servers));
      if (i == 1) {
        load.watchMore();
      }
      if (i == 1 && store.database() != null) {
        store.database().stop();
        store.database().start();
      }
    }
    load.awaitAcknowledged(MESSAGES);
  }

  private static List<Endpoint> endpoints(List<ServerProcess> servers) {
    return servers.stream().map(Endpoint::of).toList();
  }
}
