package dev.parley.bench;

import dev.parley.testing.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the packaged server on the embedded store, and what limits it: the bare store, a server
 * that answers from memory, and Redis.
 */
@Command(
    name = "ServerBench",
    description = {
      "Calls the packaged server over gRPC and REST. In the same run, it alternates with",
      "what limits it: a server that answers from memory, the bare store, and Redis.",
      "Prints tables, and one line of JSON with all results at the end."
    },
    sortOptions = false,
    showDefaultValues = true)
final class ServerBench implements Callable<Integer> {
  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Parts to run: ${COMPLETION-CANDIDATES}.")
  private Set<Part> parts = EnumSet.allOf(Part.class);

  @Option(names = "--rounds", defaultValue = "3", description = "Rounds per contender.")
  private int rounds;

  @Option(names = "--seconds", defaultValue = "3", description = "Seconds per round.")
  private double seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "20",
      description = "Seconds of warm-up per contender.")
  private double warmUp;

  @Option(
      names = "--append-callers",
      split = ",",
      defaultValue = "1,32,256",
      description = "Number of callers that append.")
  private List<Integer> appendCallers = List.of();

  @Option(
      names = "--callers",
      defaultValue = "32",
      description = "Number of callers of other calls.")
  private int callers;

  @Option(
      names = "--open-max",
      defaultValue = "4000",
      description = "Maximum number of open calls in overload.")
  private int openMax;

  @Option(
      names = "--folder",
      description = "Folder for the data. It must be on a disk, not in memory.")
  private Path folder = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(names = "--help", usageHelp = true, description = "Prints this help.")
  private boolean help;

  private final Report report = new Report();

  public static void main(String[] args) {
    Runtime.getRuntime().addShutdownHook(new Thread(ServerBench::endProcesses));
    System.exit(
        new CommandLine(new ServerBench()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  /** Stops the servers of an interrupted run. */
  private static void endProcesses() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public Integer call() throws IOException {
    Path kept = Files.createDirectories(folder.toAbsolutePath());
    Path work = Files.createTempDirectory(kept, "parley-bench");
    try {
      report.head(facts(work));
      try (BenchmarkEnvironment world = new BenchmarkEnvironment(work)) {
        measure(world, work);
      }
    } finally {
      Folders.delete(work);
    }
    System.out.println(report.json());
    return 0;
  }

  private Map<String, ?> facts(Path work) throws IOException {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("java", System.getProperty("java.vm.version"));
    facts.put("cores", Runtime.getRuntime().availableProcessors());
    facts.put("fileSystem", Files.getFileStore(work).type());
    facts.put("rounds", rounds);
    facts.put("seconds", seconds);
    facts.put("warmUp", warmUp);
    return facts;
  }

  private void measure(BenchmarkEnvironment world, Path work) throws IOException {
    Contenders sides = world.sides();
    Comparison comparison = new Comparison(warmUp, rounds, seconds);
    for (Part part : EnumSet.copyOf(parts)) {
      switch (part) {
        case APPEND -> appends(sides, comparison, work);
        case READS ->
            new Reads(
                    sides.grpc(),
                    world.otherConnections(),
                    sides.grpcLimit(),
                    sides.data(),
                    warmUp,
                    rounds * seconds,
                    report)
                .measure();
        case SCALE -> new Scale(sides, comparison, callers, report).measure();
        case OVERLOAD ->
            new Overload(sides.grpc(), sides.data(), warmUp, rounds * seconds, openMax, report)
                .measure();
        default ->
            part.workloads()
                .forEach(workload -> compare(workload, comparison, callers, sides.in(workload)));
      }
    }
  }

  private void appends(Contenders sides, Comparison comparison, Path work) throws IOException {
    int most = appendCallers.stream().max(Integer::compare).orElseThrow();
    for (int count : appendCallers) {
      List<Contender> all = new ArrayList<>(sides.in(Workload.APPEND));
      if (count < most) {
        compare(Workload.APPEND, comparison, count, all);
        continue;
      }
      Optional<RedisAppend> redis = RedisAppend.start(Files.createTempDirectory(work, "redis"));
      redis.ifPresentOrElse(all::add, () -> report.say("\nRedis: not installed"));
      try {
        compare(Workload.APPEND, comparison, count, all);
      } finally {
        redis.ifPresent(RedisAppend::close);
      }
    }
  }

  private void compare(Workload workload, Comparison comparison, int count, List<Contender> all) {
    report.compared(
        "workloads", workload.title(), count, comparison.of(count, all), Ratio.OF_WORKLOADS);
  }
}
