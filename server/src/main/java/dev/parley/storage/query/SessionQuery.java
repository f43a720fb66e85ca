package dev.parley.storage.query;

import dev.parley.model.Session;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a list of sessions.
 *
 * @param filter the sessions to list; without a label if archived ones are listed, and without a
 *     client if both active and archived ones are listed
 * @param order the order, which also decides whether active or archived sessions are listed
 * @param after only sessions after this position; null to start at the first
 * @param limit the page size, at least 1; {@link #NO_LIMIT} for all
 * @param bytesMax the page ends with the session that makes its total {@link Session#bytes} exceed
 *     this limit
 */
public record SessionQuery(
    SessionFilter filter, SessionOrder order, @Nullable Cursor after, int limit, long bytesMax) {
  /** The limit of a complete list. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  public SessionQuery {
    if (order.listsArchived() && filter.label() != null) {
      throw new IllegalArgumentException("Archived sessions are not indexed by label.");
    }
    if (order.listsAll() && filter.client() != null) {
      throw new IllegalArgumentException(
          "Archived sessions of a client are not indexed by create time.");
    }
  }

  /** A query without a size limit. */
  public SessionQuery(SessionFilter filter, SessionOrder order, @Nullable Cursor after, int limit) {
    this(filter, order, after, limit, Long.MAX_VALUE);
  }
}
