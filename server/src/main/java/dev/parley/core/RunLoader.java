package dev.parley.core;

import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.SessionRef;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Loads what is needed of the runs that messages name. A batch of runs is as large as runs of the
 * size seen so far allow, as the reports of runs may be far larger than the messages.
 *
 * @param <V> what is kept of a run
 */
final class RunLoader<V> {
  private static final int BATCH_FIRST = 4;
  private static final int BATCH_MAX = 64;

  private final SessionContentReader reads;
  private final SessionRef.ById ref;
  private final Function<Run, V> keep;
  private final int keptMax;
  private final long keptBytesMax;
  private final Map<String, V> kept = new HashMap<>();
  private final Set<String> missing = new LinkedHashSet<>();
  private long keptBytes;
  private long runCount;
  private long runBytes;

  /**
   * A loader that has loaded nothing.
   *
   * @param keep what to keep of a run
   * @param keptMax forgets the runs before once it keeps so many
   * @param keptBytesMax forgets the runs before once these take so many bytes
   */
  RunLoader(
      SessionContentReader reads,
      SessionRef.ById ref,
      Function<Run, V> keep,
      int keptMax,
      long keptBytesMax) {
    this.reads = reads;
    this.ref = ref;
    this.keep = keep;
    this.keptMax = keptMax;
    this.keptBytesMax = keptBytesMax;
  }

  /** Whether it is known which run a message belongs to, or that it belongs to none. */
  boolean knows(Message message) {
    String runId = message.draft().runId();
    return runId == null || kept.containsKey(runId) || missing.contains(runId);
  }

  /** What was kept of the run of a message; null if it names none, or one that was never made. */
  @Nullable V of(Message message) {
    return kept.get(message.draft().runId());
  }

  private void clear() {
    kept.clear();
    missing.clear();
    keptBytes = 0;
  }

  /** Loads the runs of the first of these messages, and of as many others as a batch takes. */
  CompletableFuture<Void> load(Iterable<Message> messages) {
    if (kept.size() + missing.size() >= keptMax || keptBytes >= keptBytesMax) {
      clear();
    }
    Set<String> wanted = new LinkedHashSet<>();
    for (Message message : messages) {
      if (wanted.size() >= batch()) {
        break;
      }
      if (!knows(message)) {
        wanted.add(message.draft().runId());
      }
    }
    return reads.runs(ref, wanted).thenAccept(runs -> add(wanted, runs));
  }

  private int batch() {
    if (runCount == 0) {
      return BATCH_FIRST;
    }
    long perRun = Math.max(1, runBytes / runCount);
    return (int) Math.max(1, Math.min(BATCH_MAX, Chunk.BYTES / perRun));
  }

  private void add(Set<String> wanted, List<Run> runs) {
    missing.addAll(wanted);
    for (Run run : runs) {
      runCount++;
      runBytes += run.bytes();
      keptBytes += run.bytes();
      missing.remove(run.runId());
      kept.put(run.runId(), keep.apply(run));
    }
  }
}
