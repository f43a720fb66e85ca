package dev.parley.storage.query;

import dev.parley.model.Session;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions to list: the most recently updated first, or the most recently archived first,
 * ties by session id as an unsigned number.
 *
 * @param filter whose sessions
 * @param archived archived sessions; else active ones
 * @param after only those that come after this place; null to start from the first
 * @param limit the most to list, at least 1; {@link #NO_LIMIT} for all
 * @param bytesMax stop after the session with which they take more {@link Session#bytes} than this
 */
public record SessionQuery(
    SessionFilter filter, boolean archived, @Nullable Cursor after, int limit, long bytesMax) {
  /** The limit of a list that is complete. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  /** Whatever bytes they take. */
  public SessionQuery(SessionFilter filter, boolean archived, @Nullable Cursor after, int limit) {
    this(filter, archived, after, limit, Long.MAX_VALUE);
  }
}
