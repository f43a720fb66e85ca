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
 * What was said in a session together with the runs that it belongs to. That the caller may touch
 * the agent is settled before.
 */
public final class Transcripts {
  /** The limit of a transcript that is complete. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  private final Store store;

  public Transcripts(Store store) {
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
   * Which turns of a session to read.
   *
   * @param ref the session
   * @param limit the most turns, the newest of all
   * @param shown turns of other runs are left out; those without a run are not
   * @param withContext whether to read what was retrieved, too
   * @param addedBytes what a run adds to an answer with each of its turns, besides what is stored
   * @param bytesMax a transcript ends, at its old end, before the turn with which it takes more
   */
  public record Query(
      SessionRef.ById ref,
      int limit,
      Predicate<Run> shown,
      boolean withContext,
      ToLongFunction<Run> addedBytes,
      long bytesMax) {}

  /** The newest turns that {@code query} asks for, the oldest of them first, of one moment. */
  public ChunkedRead<Turn> read(Caller caller, Query query) {
    return new TurnsRead(query).of(store, caller.cancellation());
  }

  /**
   * Runs of a session with their messages, the oldest first, of one moment. The runs end after the
   * one with which they take more than {@code bytesMax} bytes, and their messages, in the order of
   * the session, before the one with which they do.
   *
   * @param offset how many runs to pass over, at least 0
   * @param limit the most runs, at least 1
   */
  public ChunkedRead<RunTurns> runs(
      Caller caller, SessionRef.ById ref, long offset, int limit, long bytesMax) {
    return new RunTurnsRead(ref, offset, limit, bytesMax).of(store, caller.cancellation());
  }
}
