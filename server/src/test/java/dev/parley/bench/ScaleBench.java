package dev.parley.bench;

import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.storage.Store;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
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
 * What a large embedded store costs: to write, on disk, to start a server on, to page through, and
 * in memory. Beside it stands one of a tenth, to tell what grows with the store from what does not.
 */
@Command(
    name = "ScaleBench",
    description = "Fills an embedded store, serves it, and compares it with one of a tenth.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class ScaleBench implements Callable<Integer> {
  private static final long SEED = 1;
  private static final int SMALLER = 10;
  private static final int STARTS = 3;
  private static final List<String> JVM = List.of("-Xmx512m");

  @Option(names = "--sessions", description = "How many sessions.")
  private int sessions = 1_000_000;

  @Option(names = "--messages", description = "How many messages, ten times as many or more.")
  private long messages = 10_000_000;

  @Option(names = "--calls", description = "How many calls of each kind of read are timed.")
  private int calls = 400;

  @Option(names = "--callers", description = "How many callers load the server at once.")
  private int callers = 16;

  @Option(names = "--seconds", description = "How long they do.")
  private int seconds = 60;

  @Option(names = "--work", description = "Where to make a folder for the stores.")
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

  /** Where {@link ServerProcess} looks for it. */
  private static Path dataOf(Path work) {
    return work.resolve("data");
  }

  private static Filling.Filled fill(Path work, Conversations conversations) {
    try (Store store = RocksDbStores.open(dataOf(work), RocksDbSettings.DEFAULTS)) {
      return Filling.run(store, conversations);
    }
  }

  /** Seconds from starting the process to its first answer out of the store. */
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
    try (ServerProcess server = ServerProcess.startInJvm(largeWork, JVM)) {
      try (ServerProcess smaller = ServerProcess.startInJvm(smallWork, JVM)) {
        report.reads(ReadTimes.compare(reads(smaller, small), reads(server, large), calls));
      }
      Round round = new ClosedLoad(callers, new MixedLoad(server.channel(), large)).run(seconds);
      ServerMemory memory = new ServerMemory(server.pid());
      report.load(round, memory.peakRssMib(), memory.liveHeapMib());
    }
  }

  private static StoreReads reads(ServerProcess server, Conversations conversations) {
    return new StoreReads(
        SessionServiceGrpc.newBlockingStub(server.channel()), conversations, new Random(SEED));
  }

  /** The smaller store on disk, three times. */
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
