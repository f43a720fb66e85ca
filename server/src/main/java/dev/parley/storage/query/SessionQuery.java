package dev.parley.storage.query;

import dev.parley.model.Session;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a list of sessions: most recently updated first, or most recently archived
 * first, ties by session id as an unsigned number.
 *
 * @param filter the sessions to list
 * @param archived true for archived sessions, false for active ones
 * @param after only sessions after this position; null to start at the first
 * @param limit the page size, at least 1; {@link #NO_LIMIT} for all
 * @param bytesMax the page ends with the session that makes its total {@link Session#bytes} exceed
 *     this limit
 */
public record SessionQuery(
    SessionFilter filter, boolean archived, @Nullable Cursor after, int limit, long bytesMax) {
  /** The limit of a complete list. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  /** A query without a size limit. */
  public SessionQuery(SessionFilter filter, boolean archived, @Nullable Cursor after, int limit) {
    this(filter, archived, after, limit, Long.MAX_VALUE);
  }
}
