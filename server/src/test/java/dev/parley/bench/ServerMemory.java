package dev.parley.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The memory of another JVM of the same user. Works on Linux only. */
final class ServerMemory {
  private static final Pattern HEAP_USED = Pattern.compile("heap .* used (\\d+)K");
  private static final Pattern RSS_PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  private final long pid;

  ServerMemory(long pid) {
    this.pid = pid;
  }

  /** The peak resident memory in MiB. */
  long peakRssMib() throws IOException {
    return mib(RSS_PEAK, Files.readString(Path.of("/proc", Long.toString(pid), "status")));
  }

  /** The heap in use after a full garbage collection in MiB. */
  long liveHeapMib() throws IOException {
    var unused = jcmd("GC.run");
    return mib(HEAP_USED, jcmd("GC.heap_info"));
  }

  private String jcmd(String command) throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                command)
            .redirectErrorStream(true)
            .start();
    return new String(jcmd.getInputStream().readAllBytes());
  }

  private static long mib(Pattern kib, String text) {
    return kib.matcher(text)
        .results()
        .findFirst()
        .map((MatchResult found) -> Long.parseLong(found.group(1)) / 1024)
        .orElseThrow(() -> new IllegalStateException("No " + kib + " in: " + text));
  }
}
