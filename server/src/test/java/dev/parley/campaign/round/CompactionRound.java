package dev.parley.campaign.round;

import dev.parley.campaign.load.Endpoint;
import dev.parley.campaign.load.Load;
import dev.parley.testing.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The server is killed the moment a new table file appears, which a flush or a compaction then
 * writes. RocksDB compacts when it has written several tables.
 */
final class CompactionRound implements Round {
  private static final int KILLS = 3;
  private static final int TABLES_MAX = 8;

  @Override
  public String name() {
    return "kill -9 during flushes and compactions, RocksDB";
  }

  @Override
  public void run(RoundContext context) {
    try (Engine.OpenStore store = Engine.ROCKSDB.open()) {
      Load load = ServerLives.createLoad(context, store.flags());
      for (int i = 0; i < KILLS; i++) {
        try (ServerProcess server = ServerProcess.start(context.work())) {
          context.readAll(load, server);
          load.start(List.of(Endpoint.of(server)));
          try (load) {
            awaitTables(server, 1 + context.random().nextInt(TABLES_MAX));
            server.kill();
          }
        }
      }
      ServerLives.verify(context, load, store);
    }
  }

  /** Fills memtables until that many new tables have appeared. */
  private static void awaitTables(ServerProcess server, int count) {
    Path folder = server.data().resolve("rocksdb");
    Set<Path> before = tables(folder);
    Set<Path> seen = new HashSet<>(before);
    LargeAppends.until(
        server,
        () -> {
          seen.addAll(tables(folder));
          return seen.size() >= before.size() + count;
        });
  }

  private static Set<Path> tables(Path folder) {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".sst")).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
