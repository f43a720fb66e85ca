package dev.parley.core;

import dev.parley.auth.Caller;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.SessionRef;
import dev.parley.storage.Store;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages together with their runs. Callers of this class must already have authorized
 * access to the agent.
 */
public final class Transcripts {
  /** The limit of a complete transcript. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  private final Store store;

  public Transcripts(Store store) {
    this.store = store;
  }

  /**
   * A message of the user or the agent.
   *
   * @param message the message
   * @param run the run of the message; null if it names none or the run does not exist
   * @param context the retrieved context of the run; empty unless it was requested and the message
   *     is from the agent
   */
  public record Turn(Message message, @Nullable Run run, List<Json> context) {}

  /**
   * A run and its messages of all roles.
   *
   * @param messages the oldest first
   */
  public record RunTurns(Run run, List<Message> messages) {}

  /**
   * Selects the turns of a session.
   *
   * @param ref the session
   * @param limit the maximum number of turns, counted from the newest
   * @param shown turns of runs that do not match are omitted; turns without a run are included
   * @param withContext whether to read the retrieved context
   * @param addedBytes how many bytes a run adds to the response with each of its turns, in addition
   *     to its stored size
   * @param bytesMax the maximum size in bytes; the oldest turns that exceed it are omitted
   */
  public record Query(
      SessionRef.ById ref,
      int limit,
      Predicate<Run> shown,
      boolean withContext,
      ToLongFunction<Run> addedBytes,
      long bytesMax) {}

  /** Reads the newest turns that match {@code query}, oldest first, from one snapshot. */
  public ChunkedRead<Turn> read(Caller caller, Query query) {
    return new TurnsRead(query).of(store, caller.cancellation());
  }

  /**
   * Reads runs of a session with their messages, oldest first, from one snapshot. The list ends
   * after the run that makes it larger than {@code bytesMax} bytes. Messages are taken in the order
   * of the session, and end before the message that makes them larger than {@code bytesMax} bytes.
   *
   * @param offset the number of runs to skip, at least 0
   * @param limit the maximum number of runs, at least 1
   */
  public ChunkedRead<RunTurns> runs(
      Caller caller, SessionRef.ById ref, long offset, int limit, long bytesMax) {
    return new RunTurnsRead(ref, offset, limit, bytesMax).of(store, caller.cancellation());
  }
}
