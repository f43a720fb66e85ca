package dev.parley.core.read;

import dev.parley.core.read.SnapshotRead.ChunkReader;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.StoreSnapshot;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the newest turns of a session, oldest first. */
public final class TurnsRead {
  private static final Set<Role> SPOKEN = EnumSet.of(Role.USER, Role.ASSISTANT);
  private static final int MESSAGES_AT_ONCE = 1_000;
  private static final int DIGESTS_MAX = 4_096;
  private static final int RUNS_MAX = 512;

  private final TranscriptQuery query;
  private final SessionRef.ById ref;

  public TurnsRead(TranscriptQuery query) {
    this.query = query;
    ref = query.ref();
  }

  public ChunkedRead<Turn> of(Store store, Cancellation caller) {
    return new SnapshotRead<>(
        store,
        caller,
        cancellation -> new WholeTranscript(SessionContentReader.of(store, cancellation)).read(),
        snapshot -> new SnapshotChunkReader(snapshot));
  }

  private boolean retrieves(Message message) {
    return query.withContext() && message.draft().role() == Role.ASSISTANT;
  }

  /** Adds the retrieved contexts to turns that were read without them. */
  private CompletableFuture<List<Turn>> withContexts(SessionContentReader reads, List<Turn> turns) {
    Set<String> retrieving =
        turns.stream()
            .filter(this::hasContext)
            .map(turn -> Objects.requireNonNull(turn.message().draft().runId()))
            .collect(Collectors.toSet());
    if (retrieving.isEmpty()) {
      return CompletableFuture.completedFuture(turns);
    }
    return reads
        .contexts(ref, retrieving)
        .thenApply(found -> turns.stream().map(turn -> withContext(turn, found)).toList());
  }

  private Turn withContext(Turn turn, Map<String, List<Json>> contexts) {
    return hasContext(turn)
        ? new Turn(
            turn.message(),
            turn.run(),
            contexts.getOrDefault(turn.message().draft().runId(), List.of()))
        : turn;
  }

  private boolean hasContext(Turn turn) {
    Run run = turn.run();
    return retrieves(turn.message()) && run != null && run.contextBytes() > 0;
  }

  /**
   * The data of a run that decides whether a message is part of the transcript.
   *
   * @param shown whether turns of the run are included
   * @param bytes the size in bytes that the run adds to the response, with its retrieved context
   */
  private record Digest(boolean shown, long bytes) {}

  private long shownBytes(Run run) {
    return run.bytes() + run.contextBytes() + query.addedBytes().applyAsLong(run);
  }

  private Digest digest(Run run) {
    return new Digest(query.shown().test(run), shownBytes(run));
  }

  /**
   * Reads a session backwards, from the newest message to the oldest turn of the transcript.
   *
   * @param <V> the data that is kept for each run
   */
  private abstract class BackwardReader<V> {
    private final SessionContentReader reads;
    final RunLoader<V> runs;
    private long after;
    private long count;
    private long bytes;

    BackwardReader(SessionContentReader reads, RunLoader<V> runs) {
      this.reads = reads;
      this.runs = runs;
    }

    abstract Digest digestOf(V run);

    /** Accepts the next older turn. Returns whether to continue. */
    abstract boolean take(Message message, @Nullable V run);

    /**
     * Reads until the transcript is complete or {@link #take} returns false. Completes with whether
     * the transcript is complete.
     */
    CompletableFuture<Boolean> readAll() {
      int wanted = (int) Math.min(query.limit() - count, MESSAGES_AT_ONCE);
      return reads
          .messages(new MessageQuery(ref, true, SPOKEN, null, after, wanted, Chunk.BYTES))
          .thenCompose(page -> takeAll(page, new ArrayDeque<>(page.messages())));
    }

    private CompletableFuture<Boolean> takeAll(MessagePage page, ArrayDeque<Message> left) {
      while (!left.isEmpty()) {
        Message message = left.element();
        if (!runs.knows(message)) {
          return runs.load(left).thenCompose(loaded -> takeAll(page, left));
        }
        left.remove();
        after = message.sequence();
        V run = runs.of(message);
        Digest digest = run == null ? new Digest(true, 0) : digestOf(run);
        if (!digest.shown()) {
          continue;
        }
        bytes += message.bytes() + (retrieves(message) ? digest.bytes() : 0);
        if (bytes > query.bytesMax() && count > 0) {
          return CompletableFuture.completedFuture(true);
        }
        count++;
        if (!take(message, run)) {
          return CompletableFuture.completedFuture(false);
        }
      }
      return page.more() && count < query.limit()
          ? readAll()
          : CompletableFuture.completedFuture(true);
    }
  }

  /** Reads a transcript that is small enough to be kept in memory. */
  private final class WholeTranscript extends BackwardReader<Run> {
    private final SessionContentReader reads;
    private final List<Turn> newestFirst = new ArrayList<>();
    private long kept;

    WholeTranscript(SessionContentReader reads) {
      super(reads, new RunLoader<>(reads, ref, run -> run, RUNS_MAX, Chunk.BYTES));
      this.reads = reads;
    }

    CompletableFuture<Optional<List<Turn>>> read() {
      return readAll()
          .thenCompose(
              whole -> {
                if (!whole) {
                  return CompletableFuture.completedFuture(Optional.empty());
                }
                Collections.reverse(newestFirst);
                return withContexts(reads, newestFirst).thenApply(Optional::of);
              });
    }

    @Override
    Digest digestOf(Run run) {
      return digest(run);
    }

    @Override
    boolean take(Message message, @Nullable Run run) {
      newestFirst.add(new Turn(message, run, List.of()));
      kept += message.bytes();
      if (run != null) {
        kept += retrieves(message) ? shownBytes(run) : run.bytes();
      }
      return kept <= HistoryRead.PAGE_BYTES;
    }
  }

  /**
   * Reads backwards to find the oldest turn, keeping only its sequence, then reads forwards in
   * chunks.
   */
  private final class SnapshotChunkReader extends BackwardReader<Digest>
      implements ChunkReader<Turn> {
    private final SessionContentReader reads;
    private final RunLoader<Run> loaded;
    private final ArrayDeque<Message> ahead = new ArrayDeque<>();
    private long oldest;
    private long newest;
    private long after = -1;

    SnapshotChunkReader(StoreSnapshot snapshot) {
      this(SessionContentReader.of(snapshot));
    }

    private SnapshotChunkReader(SessionContentReader reads) {
      super(reads, new RunLoader<>(reads, ref, run -> digest(run), DIGESTS_MAX, Long.MAX_VALUE));
      this.reads = reads;
      loaded = new RunLoader<>(reads, ref, run -> run, RUNS_MAX, Chunk.BYTES);
    }

    @Override
    Digest digestOf(Digest digest) {
      return digest;
    }

    @Override
    boolean take(Message message, @Nullable Digest digest) {
      newest = Math.max(newest, message.sequence());
      oldest = message.sequence();
      return true;
    }

    @Override
    public CompletableFuture<Chunk<Turn>> next() {
      if (after >= 0) {
        return fill(new ArrayList<>(), 0);
      }
      return readAll()
          .thenCompose(
              whole -> {
                after = Math.max(oldest - 1, 0);
                return newest == 0
                    ? CompletableFuture.completedFuture(new Chunk<>(List.of(), true))
                    : fill(new ArrayList<>(), 0);
              });
    }

    private CompletableFuture<Chunk<Turn>> fill(List<Turn> taken, long bytes) {
      long sum = bytes;
      while (!ahead.isEmpty()) {
        Message message = ahead.element();
        if (!loaded.knows(message)) {
          long before = sum;
          return loaded.load(ahead).thenCompose(done -> fill(taken, before));
        }
        Run run = loaded.of(message);
        if (run == null || query.shown().test(run)) {
          sum += message.bytes() + bytesOf(run, message);
          if (sum > Chunk.BYTES && !taken.isEmpty()) {
            return chunk(taken);
          }
          taken.add(new Turn(message, run, List.of()));
        }
        ahead.remove();
        after = message.sequence();
        if (after >= newest) {
          return chunk(taken);
        }
      }
      long before = sum;
      return reads
          .messages(
              new MessageQuery(ref, false, SPOKEN, null, after, MESSAGES_AT_ONCE, Chunk.BYTES))
          .thenCompose(
              page -> {
                ahead.addAll(page.messages());
                return fill(taken, before);
              });
    }

    private long bytesOf(@Nullable Run run, Message message) {
      if (run == null) {
        return 0;
      }
      return retrieves(message) ? shownBytes(run) : run.bytes();
    }

    private CompletableFuture<Chunk<Turn>> chunk(List<Turn> turns) {
      boolean last = after >= newest;
      return withContexts(reads, turns).thenApply(complete -> new Chunk<>(complete, last));
    }
  }
}
