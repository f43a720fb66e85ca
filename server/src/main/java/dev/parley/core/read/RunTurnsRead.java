package dev.parley.core.read;

import dev.parley.core.read.SnapshotRead.ChunkReader;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.StoreSnapshot;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunQuery;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Reads runs of a session with their messages, oldest first. The number of a run is its position,
 * so skipping runs costs nothing.
 */
public final class RunTurnsRead {
  private static final Set<Role> EVERY_ROLE = EnumSet.allOf(Role.class);
  private static final int RUNS_AT_ONCE = 500;
  private static final int MESSAGES_AT_ONCE = 1_000;

  private final SessionRef.ById ref;
  private final long offset;
  private final int limit;
  private final long bytesMax;
  private final Instant now;

  /**
   * Creates a read.
   *
   * @param now the time of the read, which decides which leases of runs have expired
   */
  public RunTurnsRead(SessionRef.ById ref, long offset, int limit, long bytesMax, Instant now) {
    this.ref = ref;
    this.offset = offset;
    this.limit = limit;
    this.bytesMax = bytesMax;
    this.now = now;
  }

  public ChunkedRead<RunTurns> of(Store store, Cancellation caller) {
    return new SnapshotRead<>(
        store,
        caller,
        cancellation -> page(SessionContentReader.of(store, cancellation)),
        snapshot -> new SnapshotChunkReader(snapshot));
  }

  private RunQuery runsAfter(long number, int runs, long bytes) {
    return new RunQuery(ref, false, number, runs, bytes);
  }

  private MessageQuery messagesAfter(
      long sequence, Collection<String> runIds, int messages, long bytes) {
    return new MessageQuery(ref, false, EVERY_ROLE, Set.copyOf(runIds), sequence, messages, bytes);
  }

  private static long bytes(List<Run> runs) {
    return runs.stream().mapToLong(Run::bytes).sum();
  }

  private List<RunTurns> turns(List<Run> runs, List<Message> messages) {
    Map<String, List<Message>> byRun =
        messages.stream()
            .collect(
                Collectors.groupingBy(message -> Objects.requireNonNull(message.draft().runId())));
    return runs.stream()
        .map(run -> new RunTurns(run.asOf(now), byRun.getOrDefault(run.runId(), List.of())))
        .toList();
  }

  private static List<String> ids(List<Run> runs) {
    return runs.stream().map(Run::runId).toList();
  }

  private CompletableFuture<Optional<List<RunTurns>>> page(SessionContentReader reads) {
    int wanted = Math.min(limit, RUNS_AT_ONCE);
    long runBytes = Math.min(bytesMax, Chunk.BYTES);
    long messageBytes = Math.min(bytesMax, HistoryRead.PAGE_BYTES);
    return reads
        .runs(runsAfter(offset, wanted, runBytes))
        .thenCompose(
            runs -> {
              boolean cutByBytes = bytes(runs) > runBytes;
              boolean whole =
                  cutByBytes ? runBytes == bytesMax : runs.size() < wanted || wanted == limit;
              if (runs.isEmpty() || !whole) {
                return CompletableFuture.completedFuture(
                    whole ? Optional.of(List.of()) : Optional.empty());
              }
              return reads
                  .messages(messagesAfter(0, ids(runs), MESSAGES_AT_ONCE, messageBytes))
                  .thenApply(
                      page -> {
                        boolean cut =
                            page.more()
                                && (page.messages().size() == MESSAGES_AT_ONCE
                                    || messageBytes < bytesMax);
                        return cut ? Optional.empty() : Optional.of(turns(runs, page.messages()));
                      });
            });
  }

  /**
   * First finds the runs, their sizes and the end of the messages, and keeps only these. Then reads
   * groups of runs of approximately the size of a chunk.
   */
  private final class SnapshotChunkReader implements ChunkReader<RunTurns> {
    private final SessionContentReader reads;
    private final ArrayDeque<RunSize> left = new ArrayDeque<>();

    /** The sequence of the first message that is omitted. */
    private long end = Long.MAX_VALUE;

    private boolean begun;

    SnapshotChunkReader(StoreSnapshot snapshot) {
      reads = SessionContentReader.of(snapshot);
    }

    /**
     * The size of a run.
     *
     * @param bytes the size in bytes, including its messages
     */
    private record RunSize(String runId, long number, long bytes) {}

    @Override
    public CompletableFuture<Chunk<RunTurns>> next() {
      return begun ? group() : findRuns(offset, 0).thenCompose(found -> group());
    }

    private CompletableFuture<Void> findRuns(long after, long bytes) {
      int wanted = Math.min(limit - left.size(), RUNS_AT_ONCE);
      return reads
          .runs(runsAfter(after, wanted, Math.min(bytesMax - bytes, Chunk.BYTES)))
          .thenCompose(
              runs -> {
                runs.forEach(run -> left.add(new RunSize(run.runId(), run.number(), run.bytes())));
                long sum = bytes + bytes(runs);
                boolean all =
                    sum > bytesMax
                        || left.size() == limit
                        || (runs.size() < wanted && bytes(runs) <= Chunk.BYTES);
                return all ? findMessages() : findRuns(left.getLast().number(), sum);
              });
    }

    private CompletableFuture<Void> findMessages() {
      begun = true;
      Map<String, Long> sizes = new HashMap<>();
      left.forEach(run -> sizes.put(run.runId(), run.bytes()));
      return sizes.isEmpty()
          ? CompletableFuture.completedFuture(null)
          : addMessages(sizes, 0, 0)
              .thenRun(
                  () -> {
                    List<RunSize> runs = List.copyOf(left);
                    left.clear();
                    runs.forEach(
                        run ->
                            left.add(
                                new RunSize(
                                    run.runId(),
                                    run.number(),
                                    Objects.requireNonNull(sizes.get(run.runId())))));
                  });
    }

    private CompletableFuture<Void> addMessages(
        Map<String, Long> sizes, long after, long bytesBefore) {
      return reads
          .messages(messagesAfter(after, sizes.keySet(), MESSAGES_AT_ONCE, Chunk.BYTES))
          .thenCompose(
              page -> {
                long bytes = bytesBefore;
                long last = after;
                for (Message message : page.messages()) {
                  bytes += message.bytes();
                  if (bytes > bytesMax && last > 0) {
                    end = message.sequence();
                    return CompletableFuture.completedFuture(null);
                  }
                  last = message.sequence();
                  sizes.merge(
                      Objects.requireNonNull(message.draft().runId()),
                      (long) message.bytes(),
                      Long::sum);
                }
                return page.more()
                    ? addMessages(sizes, last, bytes)
                    : CompletableFuture.completedFuture(null);
              });
    }

    private CompletableFuture<Chunk<RunTurns>> group() {
      List<RunSize> group = new ArrayList<>();
      long bytes = 0;
      while (!left.isEmpty()
          && (group.isEmpty() || bytes + left.element().bytes() <= Chunk.BYTES)) {
        RunSize run = left.remove();
        bytes += run.bytes();
        group.add(run);
      }
      boolean last = left.isEmpty();
      if (group.isEmpty()) {
        return CompletableFuture.completedFuture(new Chunk<>(List.of(), true));
      }
      return reads
          .runs(runsAfter(group.get(0).number() - 1, group.size(), Long.MAX_VALUE))
          .thenCompose(
              runs ->
                  addMessages(new ArrayList<>(), ids(runs), 0)
                      .thenApply(messages -> new Chunk<>(turns(runs, messages), last)));
    }

    /** Adds the messages of a group of runs, starting after a sequence. */
    private CompletableFuture<List<Message>> addMessages(
        List<Message> messages, List<String> runIds, long after) {
      return reads
          .messages(messagesAfter(after, runIds, MESSAGES_AT_ONCE, Chunk.BYTES))
          .thenCompose(
              page -> {
                long last = after;
                for (Message message : page.messages()) {
                  last = message.sequence();
                  if (last >= end) {
                    return CompletableFuture.completedFuture(messages);
                  }
                  messages.add(message);
                }
                return page.more()
                    ? addMessages(messages, runIds, last)
                    : CompletableFuture.completedFuture(messages);
              });
    }
  }
}
