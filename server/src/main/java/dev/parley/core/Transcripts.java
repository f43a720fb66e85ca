package dev.parley.core;

import dev.parley.auth.Access;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.SessionRef;
import dev.parley.storage.MessagePage;
import dev.parley.storage.MessageQuery;
import dev.parley.storage.RunPage;
import dev.parley.storage.RunQuery;
import dev.parley.storage.SessionStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was said in a session together with the runs that it belongs to. That the caller may touch
 * the agent is settled before.
 */
public final class Transcripts {
  /** The limit of a transcript that is complete. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  private static final Set<Role> SPOKEN = EnumSet.of(Role.USER, Role.ASSISTANT);
  private static final Set<Role> EVERY_ROLE = EnumSet.allOf(Role.class);
  private static final int MESSAGES_AT_ONCE = 1_000;

  private final SessionStore store;

  public Transcripts(SessionStore store) {
    this.store = store;
  }

  /**
   * What the user or the agent said.
   *
   * @param message the message
   * @param run its run; null if it names none, or one that was never made
   * @param context what the run retrieved, if that was asked for and the agent said this
   */
  public record Turn(Message message, @Nullable Run run, List<Json> context) {}

  /**
   * A run and its messages of every role.
   *
   * @param messages the oldest first
   */
  public record RunTurns(Run run, List<Message> messages) {}

  /**
   * The newest {@code limit} turns, the oldest of them first. A transcript ends short of that, at
   * its old end, once it holds {@value Messages#HISTORY_BYTES_MAX} bytes.
   *
   * @param shown turns of other runs are left out; those without a run are not
   * @param withContext whether to read what was retrieved, too
   */
  public CompletableFuture<List<Turn>> read(
      SessionRef.ById ref, int limit, Predicate<Run> shown, boolean withContext) {
    return new Reading(ref, limit, shown, withContext).next();
  }

  /** One way back through a session. Its steps follow each other, so nothing is shared. */
  private final class Reading {
    private final SessionRef.ById ref;
    private final int limit;
    private final Predicate<Run> shown;
    private final boolean withContext;
    private final Map<String, Run> runs = new HashMap<>();
    private final Set<String> asked = new HashSet<>();
    private final List<Message> newestFirst = new ArrayList<>();
    private long bytes;
    private long after;

    Reading(SessionRef.ById ref, int limit, Predicate<Run> shown, boolean withContext) {
      this.ref = ref;
      this.limit = limit;
      this.shown = shown;
      this.withContext = withContext;
    }

    CompletableFuture<List<Turn>> next() {
      MessageQuery query =
          new MessageQuery(
              ref,
              true,
              SPOKEN,
              null,
              after,
              Math.min(limit - newestFirst.size(), MESSAGES_AT_ONCE),
              Messages.HISTORY_BYTES_MAX - bytes);
      return store
          .listMessages(query)
          .thenCompose(
              found -> {
                MessagePage page = found.orElseThrow(Access::unknownSession);
                return runsOf(page).thenCompose(unused -> goOn(page));
              });
    }

    private CompletableFuture<?> runsOf(MessagePage page) {
      Set<String> unknown =
          page.messages().stream()
              .map(message -> message.draft().runId())
              .filter(Objects::nonNull)
              .filter(asked::add)
              .collect(Collectors.toSet());
      return unknown.isEmpty()
          ? CompletableFuture.completedFuture(null)
          : store
              .findRuns(ref, unknown)
              .thenAccept(
                  found ->
                      found
                          .orElseThrow(Access::unknownSession)
                          .runs()
                          .forEach(run -> runs.put(run.runId(), run)));
    }

    private CompletableFuture<List<Turn>> goOn(MessagePage page) {
      for (Message message : page.messages()) {
        after = message.sequence();
        Run run = run(message);
        if (run != null && !shown.test(run)) {
          continue;
        }
        bytes += message.bytes() + bytesOfRun(message);
        if (bytes > Messages.HISTORY_BYTES_MAX && !newestFirst.isEmpty()) {
          return finish();
        }
        newestFirst.add(message);
      }
      boolean done = !page.more() || newestFirst.size() >= limit;
      return done || bytes >= Messages.HISTORY_BYTES_MAX ? finish() : next();
    }

    private CompletableFuture<List<Turn>> finish() {
      Set<String> retrieving =
          newestFirst.stream()
              .filter(message -> contextBytes(message) > 0)
              .map(message -> Objects.requireNonNull(message.draft().runId()))
              .collect(Collectors.toSet());
      if (retrieving.isEmpty()) {
        return CompletableFuture.completedFuture(turns(Map.of()));
      }
      return store
          .findContexts(ref, retrieving)
          .thenApply(found -> turns(found.orElseThrow(Access::unknownSession)));
    }

    private List<Turn> turns(Map<String, List<Json>> contexts) {
      List<Turn> turns = new ArrayList<>(newestFirst.size());
      for (Message message : newestFirst) {
        boolean retrieved = contextBytes(message) > 0;
        turns.add(
            new Turn(
                message,
                run(message),
                retrieved ? contexts.getOrDefault(message.draft().runId(), List.of()) : List.of()));
      }
      Collections.reverse(turns);
      return turns;
    }

    private @Nullable Run run(Message message) {
      return runs.get(message.draft().runId());
    }

    /** What its run adds to a message: as much to each, however many the run has. */
    private long bytesOfRun(Message message) {
      Run run = answering(message);
      return run == null ? 0 : run.contextBytes() + run.bytes();
    }

    private long contextBytes(Message message) {
      Run run = answering(message);
      return run == null ? 0 : run.contextBytes();
    }

    private @Nullable Run answering(Message message) {
      return withContext && message.draft().role() == Role.ASSISTANT ? run(message) : null;
    }
  }

  /**
   * Runs of a session with their messages, the oldest first. Either end once they hold {@value
   * Messages#HISTORY_BYTES_MAX} bytes.
   *
   * @param offset how many runs to pass over, at least 0
   * @param limit the most runs, at least 1
   */
  public CompletableFuture<List<RunTurns>> runs(SessionRef.ById ref, long offset, int limit) {
    // The number of a run is its place, so that what is passed over costs nothing.
    return store
        .listRuns(new RunQuery(ref, false, offset, limit, Messages.HISTORY_BYTES_MAX))
        .thenCompose(found -> withMessages(ref, found.orElseThrow(Access::unknownSession)));
  }

  private CompletableFuture<List<RunTurns>> withMessages(SessionRef.ById ref, RunPage page) {
    if (page.runs().isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    Set<String> ids = page.runs().stream().map(Run::runId).collect(Collectors.toSet());
    MessageQuery query =
        new MessageQuery(
            ref, false, EVERY_ROLE, ids, 0, Integer.MAX_VALUE, Messages.HISTORY_BYTES_MAX);
    return store
        .listMessages(query)
        .thenApply(
            found -> {
              Map<String, List<Message>> byRun =
                  found.orElseThrow(Access::unknownSession).messages().stream()
                      .collect(
                          Collectors.groupingBy(
                              message -> Objects.requireNonNull(message.draft().runId())));
              return page.runs().stream()
                  .map(run -> new RunTurns(run, byRun.getOrDefault(run.runId(), List.of())))
                  .toList();
            });
  }
}
