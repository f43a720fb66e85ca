package dev.parley.storage.query;

import dev.parley.model.Run;
import dev.parley.model.SessionRef;

/**
 * Which runs of a session to read.
 *
 * @param ref the session
 * @param newestFirst by descending number; else by ascending
 * @param after only those that come after this number in that order; 0 to start from the first
 * @param limit the most to read, at least 1
 * @param bytesMax stop after the run with which they take more {@link Run#bytes} than this
 */
public record RunQuery(
    SessionRef.ById ref, boolean newestFirst, long after, int limit, long bytesMax) {

  /** Whatever bytes they take. */
  public RunQuery(SessionRef.ById ref, boolean newestFirst, long after, int limit) {
    this(ref, newestFirst, after, limit, Long.MAX_VALUE);
  }
}
