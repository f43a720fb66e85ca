package dev.parley.storage.query;

import dev.parley.model.Session;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a list of sessions: active ones in an order, or archived ones, most recently
 * archived first. Ties are ordered by session id as an unsigned number.
 *
 * @param filter the sessions to list; without a label for archived ones
 * @param archived true for archived sessions, false for active ones
 * @param order the order of active sessions; must be the default for archived ones
 * @param after only sessions after this position; null to start at the first
 * @param limit the page size, at least 1; {@link #NO_LIMIT} for all
 * @param bytesMax the page ends with the session that makes its total {@link Session#bytes} exceed
 *     this limit
 */
public record SessionQuery(
    SessionFilter filter,
    boolean archived,
    SessionOrder order,
    @Nullable Cursor after,
    int limit,
    long bytesMax) {
  /** The limit of a complete list. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  public SessionQuery {
    if (archived && order != SessionOrder.UPDATE_TIME_DESC) {
      throw new IllegalArgumentException("Archived sessions are ordered by archive time.");
    }
    if (archived && filter.label() != null) {
      throw new IllegalArgumentException("Archived sessions are not indexed by label.");
    }
  }

  /** A query in the default order. */
  public SessionQuery(
      SessionFilter filter, boolean archived, @Nullable Cursor after, int limit, long bytesMax) {
    this(filter, archived, SessionOrder.UPDATE_TIME_DESC, after, limit, bytesMax);
  }

  /** A query without a size limit. */
  public SessionQuery(SessionFilter filter, boolean archived, @Nullable Cursor after, int limit) {
    this(filter, archived, after, limit, Long.MAX_VALUE);
  }
}
