package dev.parley.core.page;

import dev.parley.model.Session;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Searches sessions by a part of their key, label or last channel, ignoring case. The stores have
 * no index for this search, so it scans the list of sessions. One page scans at most {@link
 * #SCANNED_MAX} sessions.
 */
public final class SessionSearch {
  /** The maximum number of sessions that one page scans. */
  public static final int SCANNED_MAX = 10_000;

  private static final int BATCH = 500;

  private final Store store;
  private final SessionFilter filter;
  private final SessionOrder order;
  private final String part;
  private final int size;
  private final Function<Cursor, String> token;
  private final Cancellation cancellation;
  private final List<Session> found = new ArrayList<>();
  private long bytes;
  private int scanned;

  /**
   * Creates a search for {@code part}.
   *
   * @param size the maximum number of sessions per page
   * @param token returns the page token for a cursor
   * @param cancellation ends the search
   */
  public SessionSearch(
      Store store,
      SessionFilter filter,
      SessionOrder order,
      String part,
      int size,
      Function<Cursor, String> token,
      Cancellation cancellation) {
    this.store = store;
    this.filter = filter;
    this.order = order;
    this.part = part.toLowerCase(Locale.ROOT);
    this.size = size;
    this.token = token;
    this.cancellation = cancellation;
  }

  /** Reads the page after a cursor. The page can be short or empty although more pages follow. */
  public CompletableFuture<Page<Session>> after(@Nullable Cursor start) {
    int limit = Math.min(BATCH, SCANNED_MAX - scanned);
    return store
        .listSessions(new SessionQuery(filter, order, start, limit, Page.BYTES_MAX), cancellation)
        .thenCompose(rows -> scan(rows, limit, start));
  }

  private CompletableFuture<Page<Session>> scan(
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
      last = order.cursorOf(row);
      scanned++;
      boolean more = row != rows.get(rows.size() - 1);
      if (found.size() == size && more) {
        return page(token.apply(last));
      }
    }
    boolean end = rows.size() < limit && read <= Page.BYTES_MAX;
    if (end || last == null) {
      return page(null);
    }
    boolean enough = found.size() == size || bytes > Page.BYTES_MAX || scanned == SCANNED_MAX;
    return enough ? page(token.apply(last)) : after(last);
  }

  private CompletableFuture<Page<Session>> page(@Nullable String next) {
    return CompletableFuture.completedFuture(new Page<>(List.copyOf(found), next));
  }

  private boolean matches(Session session) {
    Session.Profile profile = session.profile();
    return contains(session.key()) || contains(profile.label()) || contains(profile.lastChannel());
  }

  private boolean contains(@Nullable String text) {
    return text != null && text.toLowerCase(Locale.ROOT).contains(part);
  }
}
