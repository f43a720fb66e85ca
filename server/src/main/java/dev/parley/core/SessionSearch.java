package dev.parley.core;

import dev.parley.model.Session;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One search for sessions by a part of their key or label, whatever its case. No store has an index
 * for it: a page of a list is made by looking through the list, and no further than {@link
 * #LOOKED_AT_MAX} sessions.
 */
final class SessionSearch {
  /** The most sessions that one page costs to look at. */
  static final int LOOKED_AT_MAX = 10_000;

  private static final int BATCH = 500;

  private final Store store;
  private final SessionFilter filter;
  private final boolean archived;
  private final String part;
  private final int size;
  private final Function<Session, Cursor> cursorOf;
  private final Function<Cursor, String> token;
  private final Cancellation cancellation;
  private final List<Session> found = new ArrayList<>();
  private long bytes;
  private int lookedAt;

  /**
   * Looks for {@code part}.
   *
   * @param size the most sessions to find
   * @param place where a session stands in the list
   * @param token for the page that comes after a place
   * @param cancellation ends the search
   */
  SessionSearch(
      Store store,
      SessionFilter filter,
      boolean archived,
      String part,
      int size,
      Function<Session, Cursor> cursorOf,
      Function<Cursor, String> token,
      Cancellation cancellation) {
    this.store = store;
    this.filter = filter;
    this.archived = archived;
    this.part = part.toLowerCase(Locale.ROOT);
    this.size = size;
    this.cursorOf = cursorOf;
    this.token = token;
    this.cancellation = cancellation;
  }

  /** The next page. It may be short, or empty, and not the last one. */
  CompletableFuture<Page<Session>> after(@Nullable Cursor start) {
    int limit = Math.min(BATCH, LOOKED_AT_MAX - lookedAt);
    return store
        .listSessions(
            new SessionQuery(filter, archived, start, limit, Page.BYTES_MAX), cancellation)
        .thenCompose(rows -> look(rows, limit, start));
  }

  private CompletableFuture<Page<Session>> look(
      List<Session> rows, int limit, @Nullable Cursor start) {
    long read = 0;
    Cursor last = start;
    for (Session row : rows) {
      read += row.bytes();
      if (matches(row)) {
        bytes += row.bytes();
        if (last != null && bytes > Page.BYTES_MAX && !found.isEmpty()) {
          return page(token.apply(last));
        }
        found.add(row);
      }
      last = cursorOf.apply(row);
      lookedAt++;
      boolean more = row != rows.get(rows.size() - 1);
      if (found.size() == size && more) {
        return page(token.apply(last));
      }
    }
    boolean end = rows.size() < limit && read <= Page.BYTES_MAX;
    if (end || last == null) {
      return page(null);
    }
    boolean enough = found.size() == size || bytes > Page.BYTES_MAX || lookedAt == LOOKED_AT_MAX;
    return enough ? page(token.apply(last)) : after(last);
  }

  private CompletableFuture<Page<Session>> page(@Nullable String next) {
    return CompletableFuture.completedFuture(new Page<>(List.copyOf(found), next));
  }

  private boolean matches(Session session) {
    String label = session.profile().label();
    return contains(session.key()) || label != null && contains(label);
  }

  private boolean contains(String text) {
    return text.toLowerCase(Locale.ROOT).contains(part);
  }
}
