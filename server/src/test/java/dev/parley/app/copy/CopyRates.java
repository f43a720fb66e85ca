package dev.parley.app.copy;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.TransferableStore;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.Worlds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** How fast copies are beside plain reads of their sources. Run by hand: appends to a file. */
final class CopyRates {
  private static final int ROUNDS = 3;

  private CopyRates() {}

  public static void main(String[] args) throws Exception {
    Path report = Path.of(args[0]);
    Path work = Files.createTempDirectory("rates");
    try (PostgresServer server = PostgresServer.own();
        TransferableStore folder = new StorePlace.Folder(work.resolve("source")).open()) {
      Worlds.fill(folder, 4, 1_000, 58);
      for (int round = 0; round < ROUNDS; round++) {
        try (TransferableStore database = new StorePlace.Database(server.newDatabase()).open();
            TransferableStore back = new StorePlace.Folder(work.resolve("back" + round)).open()) {
          String out = measure("embedded to PostgreSQL", folder, database);
          String in = measure("PostgreSQL to embedded", database, back);
          Files.writeString(report, out + in, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
      }
    }
  }

  private static String measure(String name, TransferableStore from, TransferableStore to) {
    long start = System.nanoTime();
    double readRate = read(from) / seconds(start);
    start = System.nanoTime();
    double copyRate = Copying.run(from, to, new UnseenProgress()).messages() / seconds(start);
    start = System.nanoTime();
    boolean isEqual = Verification.run(from, to, new UnseenProgress()).isEqual();
    return "%s: read %.0f/s, copied %.0f/s, %.2f of it; verified %s in %.1f s%n"
        .formatted(name, readRate, copyRate, copyRate / readRate, isEqual, seconds(start));
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** All messages, session after session, as one caller reads them. */
  private static long read(TransferableStore store) {
    long[] count = {0};
    Contents contents = new Contents(store);
    for (Agent agent : Directory.of(store).agents().values()) {
      List<Session> all =
          store.transfer().listSessions(agent.agentId(), null, Integer.MAX_VALUE).join();
      all.forEach(session -> contents.messages(session, page -> count[0] += page.size()));
    }
    return count[0];
  }
}
