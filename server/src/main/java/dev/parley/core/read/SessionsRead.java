package dev.parley.core.read;

import dev.parley.auth.Caller;
import dev.parley.model.Session;
import dev.parley.storage.Store;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import org.jspecify.annotations.Nullable;

/** Reads of all sessions that match a filter, in an order, from one snapshot. */
public final class SessionsRead {
  private SessionsRead() {}

  /** Creates a read. */
  public static ChunkedRead<Session> of(
      Store store, Caller caller, SessionFilter filter, SessionOrder order) {
    return new ListRead<Session>(
            Session::bytes,
            (after, limit, cancellation) ->
                store.listSessions(chunk(filter, order, after, limit), cancellation),
            (snapshot, after, limit) -> snapshot.listSessions(chunk(filter, order, after, limit)))
        .of(store, caller.cancellation());
  }

  private static SessionQuery chunk(
      SessionFilter filter, SessionOrder order, @Nullable Session after, int limit) {
    return new SessionQuery(
        filter, order, after == null ? null : order.cursorOf(after), limit, Chunk.BYTES);
  }
}
