package dev.parley.core.search;

import dev.parley.auth.Caller;
import dev.parley.core.page.Page;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.search.SearchHit;
import dev.parley.search.SearchQuery;
import dev.parley.storage.Store;
import dev.parley.storage.query.MessageLookup;
import dev.parley.storage.query.MessagePage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Reads the messages of hits from the store, one after the other. */
final class HitReader {
  private final Store store;
  private final Caller caller;
  private final SearchQuery.Scope scope;
  private final Instant now;
  private final List<SearchHit> hits;
  private final List<Found> found = new ArrayList<>();
  private int next;
  private long bytes;

  /**
   * A hit whose message still matches the permissions and the filter.
   *
   * @param hit the hit
   * @param session its session
   * @param message its message
   */
  record Found(SearchHit hit, Session session, Message message) {}

  HitReader(
      Store store, Caller caller, SearchQuery.Scope scope, List<SearchHit> hits, Instant now) {
    this.store = store;
    this.caller = caller;
    this.scope = scope;
    this.hits = hits;
    this.now = now;
  }

  /**
   * Reads the messages. Stops when they exceed {@link Page#BYTES_MAX}, but after at least one hit.
   */
  CompletableFuture<List<Found>> read() {
    if (next == hits.size() || bytes > Page.BYTES_MAX) {
      return CompletableFuture.completedFuture(found);
    }
    SearchHit hit = hits.get(next++);
    MessageLookup lookup =
        new MessageLookup(
            caller.byId(hit.session().agentId(), hit.session().sessionId()),
            Set.of(),
            Set.of(hit.sequence()),
            Page.BYTES_MAX);
    return store
        .findMessages(lookup, caller.cancellation())
        .thenCompose(
            page -> {
              page.ifPresent(read -> add(hit, read));
              return read();
            });
  }

  /** The number of hits that were read, with those that no longer match. */
  int hitsRead() {
    return next;
  }

  private void add(SearchHit hit, MessagePage page) {
    Session session = page.session();
    boolean matches =
        !session.isArchived()
            && !session.isExpired(now)
            && (scope.sessionId() == null || scope.sessionId().equals(session.sessionId()))
            && (scope.user() == null || scope.user().equals(session.profile().user()));
    for (Message message : page.messages()) {
      if (matches && !message.isDeleted()) {
        bytes += message.bytes();
        found.add(new Found(hit, session, message));
      }
    }
  }
}
