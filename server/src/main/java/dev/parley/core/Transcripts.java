package dev.parley.core;

import dev.parley.auth.Caller;
import dev.parley.core.read.ChunkedRead;
import dev.parley.core.read.RunTurns;
import dev.parley.core.read.RunTurnsRead;
import dev.parley.core.read.TranscriptQuery;
import dev.parley.core.read.Turn;
import dev.parley.core.read.TurnsRead;
import dev.parley.model.SessionRef;
import dev.parley.storage.Store;
import java.time.Clock;

/**
 * Reads messages together with their runs. Callers of this class must already have authorized
 * access to the agent.
 */
public final class Transcripts {
  /** The limit of a complete transcript. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  private final Store store;
  private final MicroClock clock;

  public Transcripts(Store store, Clock clock) {
    this.store = store;
    this.clock = new MicroClock(clock);
  }

  /** Reads the newest turns that match {@code query}, oldest first, from one snapshot. */
  public ChunkedRead<Turn> read(Caller caller, TranscriptQuery query) {
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
    return new RunTurnsRead(ref, offset, limit, bytesMax, clock.now())
        .of(store, caller.cancellation());
  }
}
