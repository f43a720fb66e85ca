package dev.parley.bench;

import dev.parley.model.Session;
import dev.parley.storage.Store;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Folders;
import dev.parley.testing.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Compares durable appends of 1 KiB per second to embedded stores with one, two and four threads
 * that write, without a server, in alternating rounds. Arguments: the number of rounds (5) and the
 * seconds per round (4). Prints a table, and one line of JSON at the end.
 */
final class WriterBench {
  private static final int CALLERS = 256;
  private static final int AGENTS = 64;
  private static final int SESSIONS_PER_AGENT = 16;
  private static final double WARM_UP = 20;

  private WriterBench() {}

  public static void main(String[] args) throws IOException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 4;
    Path work = Files.createTempDirectory("parley-bench");
    List<Store> stores = new ArrayList<>();
    try {
      List<Contender> sides = new ArrayList<>();
      for (int writers : new int[] {1, 2, 4}) {
        Store store =
            RocksDbStores.open(
                work.resolve("store-" + writers),
                new RocksDbSettings(128 << 20, 2, writers, 4_096, 4_096, 64 << 20));
        stores.add(store);
        sides.add(contender(writers, store));
      }
      Report report = new Report();
      report.compared(
          "writers",
          "durable appends",
          CALLERS,
          new Comparison(WARM_UP, rounds, seconds).of(CALLERS, sides),
          List.of(
              new Ratio(sides.get(1).name(), sides.get(0).name()),
              new Ratio(sides.get(2).name(), sides.get(0).name())));
      System.out.println(report.json());
    } finally {
      stores.forEach(Store::close);
      Folders.delete(work);
    }
  }

  private static Contender contender(int writers, Store store) {
    List<Session> sessions = new ArrayList<>();
    for (int i = 0; i < AGENTS; i++) {
      UUID agentId = store.createAgent(Agents.of("bench"), AuditContexts.any()).join().agentId();
      for (int j = 0; j < SESSIONS_PER_AGENT; j++) {
        sessions.add(store.createSession(Sessions.of(agentId)).join());
      }
    }
    StoreCalls calls = new StoreCalls(store);
    return new CallContender(
        "store-writers " + writers,
        () -> calls.append(sessions.get(ThreadLocalRandom.current().nextInt(sessions.size()))));
  }
}
