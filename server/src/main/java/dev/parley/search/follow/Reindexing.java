package dev.parley.search.follow;

import dev.parley.model.Message;
import dev.parley.search.IndexedMessage;
import dev.parley.search.SearchIndex;
import dev.parley.storage.live.SessionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds the messages of one session to an index, page by page. */
final class Reindexing {
  private final StoreReader store;
  private final SearchIndex index;
  private final SessionId session;
  private final String owner;
  private final @Nullable String user;
  private long after;

  /** How many messages are missing after {@link #after}; 0 if all messages are added. */
  private long missing;

  /**
   * Creates an indexing that has not begun.
   *
   * @param after only messages after this sequence are missing; 0 to add all messages
   * @param missing how many messages are missing
   */
  Reindexing(
      StoreReader store,
      SearchIndex index,
      SessionId session,
      String owner,
      @Nullable String user,
      long after,
      long missing) {
    this.store = store;
    this.index = index;
    this.session = session;
    this.owner = owner;
    this.user = user;
    this.after = after;
    this.missing = missing;
  }

  SessionId session() {
    return session;
  }

  /** Adds a page. Returns whether more pages follow. */
  boolean step() {
    if (after == 0) {
      index.remove(session);
      missing = 0;
    }
    List<Message> page = store.messages(session, after);
    if (page.isEmpty()) {
      if (missing > 0) {
        // Messages before the start are missing as well.
        after = 0;
        return true;
      }
      return false;
    }
    index.add(
        page.stream().map(message -> new IndexedMessage(session, owner, user, message)).toList());
    missing -= page.size();
    after = page.get(page.size() - 1).sequence();
    return true;
  }
}
