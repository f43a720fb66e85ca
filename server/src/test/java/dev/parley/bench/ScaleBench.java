package dev.parley.bench;

import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.storage.Store;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.testing.Folders;
import dev.parley.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.rocksdb.RocksDBException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures a large embedded store: writes, disk usage, start of a server, pages, searches, and
 * memory. It is compared with a store of a tenth of the size, to show what grows with the store.
 */
@Command(
    name = "ScaleBench",
    description = "Fills an embedded store, serves it, and compares it with a store of a tenth.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class ScaleBench implements Callable<Integer> {
  private static final long SEED = 1;
  private static final int SMALLER = 10;
  private static final int STARTS = 3;
  private static final List<String> JVM = List.of("-Xmx512m");

  @Option(names = "--sessions", description = "Number of sessions.")
  private int sessions = 1_000_000;

  @Option(names = "--messages", description = "Number of messages, at least twice the sessions.")
  private long messages = 10_000_000;

  @Option(names = "--calls", description = "Number of calls of each kind of read.")
  private int calls = 1_000;

  @Option(names = "--callers", description = "Number of callers of the mixed load.")
  private int callers = 16;

  @Option(names = "--seconds", description = "Seconds of the mixed load.")
  private int seconds = 60;

  @Option(names = "--work", description = "Folder in which the folder of the stores is created.")
  private Path parent = Path.of(System.getProperty("java.io.tmpdir"));

  public static void main(String[] args) {
    System.exit(new CommandLine(new ScaleBench()).execute(args));
  }

  @Override
  public Integer call() throws IOException, RocksDBException {
    Path work = Files.createTempDirectory(parent, "parley-scale");
    try {
      measure(work);
    } finally {
      StoreFiles.delete(work);
    }
    return 0;
  }

  private void measure(Path work) throws IOException, RocksDBException {
    Conversations large = new Conversations(SEED, sessions, messages);
    Conversations small = new Conversations(SEED, sessions / SMALLER, messages / SMALLER);
    Path largeWork = Files.createDirectory(work.resolve("large"));
    Path smallWork = Files.createDirectory(work.resolve("small"));
    ScaleReport report = new ScaleReport(large, fill(largeWork, large));
    fill(smallWork, small);
    report.disk("as closed", messages, filesOf(largeWork).bytes());
    report.starts(starts(largeWork, large));
    serve(largeWork, large, smallWork, small, report);
    report.disk("as closed after serving", messages, filesOf(largeWork).bytes());
    sizes(smallWork, small, report);
    report.printJson();
  }

  private static StoreFiles filesOf(Path work) {
    return new StoreFiles(dataOf(work));
  }

  /** The data folder that {@link ServerProcess} uses. */
  private static Path dataOf(Path work) {
    return work.resolve("data");
  }

  private static Filling.Filled fill(Path work, Conversations conversations) {
    try (Store store = RocksDbStores.open(dataOf(work), RocksDbSettings.DEFAULTS)) {
      return Filling.run(store, conversations);
    }
  }

  /** The seconds from the start of the process to its first answer from the store. */
  private static List<Double> starts(Path work, Conversations conversations) {
    List<Double> all = new ArrayList<>();
    for (int i = 0; i < STARTS; i++) {
      long begin = System.nanoTime();
      try (ServerProcess server = ServerProcess.startInJvm(work, JVM)) {
        var unused =
            SessionServiceGrpc.newBlockingStub(server.channel())
                .getSession(StoreReads.request(conversations.session(0)));
        all.add((System.nanoTime() - begin) / 1e9);
        server.terminate();
        server.awaitExit();
      }
    }
    return all;
  }

  private void serve(
      Path largeWork, Conversations large, Path smallWork, Conversations small, ScaleReport report)
      throws IOException {
    long begin = System.nanoTime();
    try (ServerProcess server = ServerProcess.startInJvm(largeWork, JVM)) {
      StoreReads ofLarge = reads(server, large);
      ofLarge.awaitIndex();
      report.index(large.messageCount(), (System.nanoTime() - begin) / 1e9, indexBytes(largeWork));
      try (ServerProcess smaller = ServerProcess.startInJvm(smallWork, JVM)) {
        StoreReads ofSmall = reads(smaller, small);
        ofSmall.awaitIndex();
        report.reads(ReadTimes.compare(ofSmall, ofLarge, calls));
      }
      Round round = new ClosedLoad(callers, new MixedLoad(server.channel(), large)).run(seconds);
      ServerMemory memory = new ServerMemory(server.pid());
      report.load(round, memory.peakRssMib(), memory.liveHeapMib());
    }
  }

  private static StoreReads reads(ServerProcess server, Conversations conversations) {
    return new StoreReads(server.channel(), conversations, new Random(SEED));
  }

  private static long indexBytes(Path work) {
    return Folders.bytes(dataOf(work).resolve("search"), "");
  }

  /** The disk usage of the smaller store: as closed, compacted, and without compression. */
  private static void sizes(Path work, Conversations conversations, ScaleReport report)
      throws IOException, RocksDBException {
    StoreFiles files = filesOf(work);
    long messages = conversations.messageCount();
    report.disk("a tenth, as closed", messages, files.bytes());
    files.compact();
    report.disk("a tenth, compacted", messages, files.bytes());
    files.decompress();
    report.disk("a tenth, uncompressed", messages, files.bytes());
  }
}
