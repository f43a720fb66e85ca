package dev.parley.search.follow;

import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.search.IndexedMessage;
import dev.parley.search.SearchIndex;
import dev.parley.storage.live.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares sessions of the index with the store, and corrects the index. */
final class SessionIndexer {
  private final StoreReader store;
  private final SearchIndex index;

  SessionIndexer(StoreReader store, SearchIndex index) {
    this.store = store;
    this.index = index;
  }

  /**
   * Compares a session. All changes of the index must be published.
   *
   * @return whether messages were added to the index
   */
  boolean compare(SessionId id) {
    Optional<Session> session = store.session(id);
    if (session.isPresent()) {
      return !compare(List.of(session.get())).isEmpty();
    }
    index.remove(id);
    return false;
  }

  /**
   * Compares sessions of one agent whose present state is known.
   *
   * @return the sessions of which messages were added to the index
   */
  List<SessionId> compare(List<Session> sessions) {
    List<SessionId> added = new ArrayList<>();
    List<SearchIndex.Coverage> coverage = index.coverage(sessions);
    for (int i = 0; i < sessions.size(); i++) {
      Session session = sessions.get(i);
      if (compare(session, coverage.get(i))) {
        added.add(SessionId.of(session));
      }
    }
    return added;
  }

  private boolean compare(Session session, SearchIndex.Coverage coverage) {
    SessionId id = SessionId.of(session);
    String owner = store.owner(session.agentId());
    if (session.isArchived() || owner == null) {
      index.remove(id);
      return false;
    }
    String user = session.profile().user();
    long cleared = session.counts().clearedSequence();
    boolean sameUser = coverage.countOfUser() == coverage.count();
    boolean sameStart = coverage.count() == 0 || coverage.firstSequence() > cleared;
    long missing = session.messageCount() - coverage.count();
    if (sameUser && sameStart && missing == 0 && isToEnd(session, coverage)) {
      return false;
    }
    boolean added =
        sameUser
            && sameStart
            && missing > 0
            && add(id, owner, user, coverage.lastSequence()) >= missing;
    if (!added) {
      index.remove(id);
      add(id, owner, user, 0);
    }
    return true;
  }

  /**
   * Whether the index contains the newest message. False if that message was deleted, because the
   * counts may then be equal by chance.
   */
  private static boolean isToEnd(Session session, SearchIndex.Coverage coverage) {
    return coverage.count() == 0 || coverage.lastSequence() == session.headSequence();
  }

  /** Adds the messages after a sequence. Returns their number. */
  private long add(SessionId id, String owner, @Nullable String user, long after) {
    long added = 0;
    while (true) {
      List<Message> page = store.messages(id, after);
      if (page.isEmpty()) {
        return added;
      }
      added += page.size();
      index.add(
          page.stream().map(message -> new IndexedMessage(id, owner, user, message)).toList());
      after = page.get(page.size() - 1).sequence();
    }
  }
}
