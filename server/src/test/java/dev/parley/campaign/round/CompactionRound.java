package dev.parley.campaign.round;

import dev.parley.campaign.load.Endpoint;
import dev.parley.campaign.load.Load;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The server is killed the moment RocksDB begins to flush or to compact tables. */
final class CompactionRound implements Round {
  private static final int KILLS = 2;

  /** RocksDB compacts when it starts with tables of earlier lives, and while clients write. */
  private static final List<String> EVENTS =
      List.of("\"event\": \"flush_started\"", "\"event\": \"compaction_started\"");

  @Override
  public String name() {
    return "kill -9 during a flush or compaction, RocksDB";
  }

  @Override
  public void run(RoundContext context) {
    try (Engine.OpenStore store = Engine.ROCKSDB.open()) {
      Load load = ServerLives.createLoad(context, store.flags());
      for (int i = 0; i < KILLS; i++) {
        try (ServerProcess server = ServerProcess.start(context.work())) {
          context.readAll(load, server);
          Path log = server.data().resolve("rocksdb").resolve("LOG");
          long before = events(log);
          load.start(List.of(Endpoint.of(server)));
          try (load) {
            Waiting.until(() -> events(log) > before, () -> "no flush and no compaction");
            server.kill();
          }
        }
      }
      ServerLives.verify(context, load, store);
    }
  }

  private static long events(Path log) {
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> EVENTS.stream().anyMatch(line::contains)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
