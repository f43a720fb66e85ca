package dev.parley.search.follow;

import dev.parley.model.Session;
import dev.parley.search.SearchIndex;
import dev.parley.storage.live.SessionId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares sessions of the index with the store, and corrects the index in small steps, so that a
 * long session does not delay the messages of others.
 */
final class SessionIndexer {
  private final StoreReader store;
  private final SearchIndex index;
  private final Map<SessionId, Reindexing> pending = new LinkedHashMap<>();

  SessionIndexer(StoreReader store, SearchIndex index) {
    this.store = store;
    this.index = index;
  }

  /** Whether messages of a session will still be added. */
  boolean isPending(SessionId id) {
    return pending.containsKey(id);
  }

  /** Whether steps are needed. */
  boolean isBusy() {
    return !pending.isEmpty();
  }

  /**
   * Adds some messages.
   *
   * @return the session that was completed, if any
   */
  Optional<SessionId> step() {
    Reindexing first = pending.values().iterator().next();
    if (first.step()) {
      return Optional.empty();
    }
    pending.remove(first.session());
    return Optional.of(first.session());
  }

  /** Compares a session. All changes of the index must be published. */
  void compare(SessionId id) {
    Optional<Session> session = store.session(id);
    if (session.isPresent()) {
      compare(List.of(session.get()));
    } else {
      remove(id);
    }
  }

  /** Compares sessions of one agent whose present state is known. */
  void compare(List<Session> sessions) {
    List<SearchIndex.Coverage> coverage = index.coverage(sessions);
    for (int i = 0; i < sessions.size(); i++) {
      compare(sessions.get(i), coverage.get(i));
    }
  }

  private void compare(Session session, SearchIndex.Coverage coverage) {
    SessionId id = SessionId.of(session);
    String owner = store.owner(session.agentId());
    if (session.isArchived() || owner == null) {
      remove(id);
      return;
    }
    boolean sameUser = coverage.countOfUser() == coverage.count();
    boolean sameStart =
        coverage.count() == 0 || coverage.firstSequence() > session.counts().clearedSequence();
    long missing = session.messageCount() - coverage.count();
    if (sameUser && sameStart && missing == 0 && isToEnd(session, coverage)) {
      return;
    }
    boolean onlyEndIsMissing = sameUser && sameStart && missing > 0;
    pending.put(
        id,
        new Reindexing(
            store,
            index,
            id,
            owner,
            session.profile().user(),
            onlyEndIsMissing ? coverage.lastSequence() : 0,
            missing));
  }

  private void remove(SessionId id) {
    pending.remove(id);
    index.remove(id);
  }

  /** Whether the index contains the newest message that is not deleted. */
  private boolean isToEnd(Session session, SearchIndex.Coverage coverage) {
    if (coverage.count() == 0 || coverage.lastSequence() == session.headSequence()) {
      return true;
    }
    return session.hasDeletedRows()
        && coverage.lastSequence() == store.newestSequence(SessionId.of(session));
  }
}
