package dev.parley.core.read;

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
 * Loads the runs of messages in batches. The batch size depends on the size of the runs read so
 * far, because reports of runs can be much larger than messages.
 *
 * @param <V> the data that is kept for each run
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
   * Creates an empty loader.
   *
   * @param keep computes the data to keep from a run
   * @param keptMax the maximum number of runs to keep; earlier runs are then discarded
   * @param keptBytesMax the maximum size of the kept runs in bytes; earlier runs are then discarded
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

  /** Whether the run of the message is loaded, known to be missing, or not needed. */
  boolean knows(Message message) {
    String runId = message.draft().runId();
    return runId == null || kept.containsKey(runId) || missing.contains(runId);
  }

  /**
   * Returns the data of the message's run; null if the message names no run or the run does not
   * exist.
   */
  @Nullable V of(Message message) {
    return kept.get(message.draft().runId());
  }

  private void clear() {
    kept.clear();
    missing.clear();
    keptBytes = 0;
  }

  /**
   * Loads the run of the first message, and the runs of as many following messages as fit into a
   * batch.
   */
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
