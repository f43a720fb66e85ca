package dev.parley.storage.query;

import dev.parley.model.Run;
import dev.parley.model.SessionRef;

/**
 * The parameters of a list of runs.
 *
 * @param ref the session
 * @param newestFirst true for descending numbers, false for ascending
 * @param after only runs after this number in the requested order; 0 to start at the first
 * @param limit the page size, at least 1
 * @param bytesMax the page ends with the run that makes its total {@link Run#bytes} exceed this
 *     limit
 */
public record RunQuery(
    SessionRef.ById ref, boolean newestFirst, long after, int limit, long bytesMax) {

  /** A query without a size limit. */
  public RunQuery(SessionRef.ById ref, boolean newestFirst, long after, int limit) {
    this(ref, newestFirst, after, limit, Long.MAX_VALUE);
  }
}
