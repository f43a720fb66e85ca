package dev.parley.bench;

import dev.parley.testing.Folders;
import dev.parley.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures the time from the start of the packaged server to its first answer from a new store. A
 * server without options alternates with one that shares classes as {@code share-classes} of the
 * distribution does. Prints a table and a line of JSON.
 */
final class StartBench {
  private static final int ROUNDS = 9;

  private final Path work;
  private final Path kept;

  private StartBench(Path work) {
    this.work = work;
    kept = work.resolve("parley.jsa");
  }

  public static void main(String[] args) throws IOException {
    Path work = Files.createTempDirectory("parley-bench");
    try {
      new StartBench(work).run();
    } finally {
      Folders.delete(work);
    }
    System.exit(0);
  }

  private void run() throws IOException {
    seconds("-XX:ArchiveClassesAtExit=" + kept, "-Xlog:cds*=off");
    List<Double> plain = new ArrayList<>();
    List<Double> shared = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      plain.add(seconds());
      shared.add(seconds("-XX:SharedArchiveFile=" + kept));
    }
    print("as it is", plain);
    print("classes shared", shared);
    double ratio = median(shared) / median(plain);
    System.out.printf("ratio %.2f%n", ratio);
    System.out.printf(
        Locale.ROOT,
        "{\"bench\":\"start\",\"plainSeconds\":%.3f,\"sharedSeconds\":%.3f,\"ratio\":%.3f}%n",
        median(plain),
        median(shared),
        ratio);
  }

  private double seconds(String... jvmFlags) throws IOException {
    Path folder = Files.createTempDirectory(work, "server");
    long began = System.nanoTime();
    try (ServerProcess server = ServerProcess.startInJvm(folder, List.of(jvmFlags))) {
      var unused = server.agent();
      double seconds = (System.nanoTime() - began) / 1e9;
      server.terminate();
      if (server.awaitExit() != 0) {
        throw new IllegalStateException("Did not end well: " + server.err());
      }
      return seconds;
    }
  }

  private static void print(String what, List<Double> all) {
    List<String> each = all.stream().sorted().map("%.2f"::formatted).toList();
    System.out.printf("%-16s %.2f s, of %s%n", what, median(all), each);
  }

  private static double median(List<Double> all) {
    return all.stream().sorted().toList().get(all.size() / 2);
  }
}
