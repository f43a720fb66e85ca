package dev.parley.app.cli.copy;

import dev.parley.model.Session;
import dev.parley.storage.transfer.StoreTransfer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Merges the sessions of one agent in two stores by id, page by page. */
final class SessionPairs {
  private static final int PAGE = 256;

  private final Pages source;
  private final Pages target;

  SessionPairs(StoreTransfer source, StoreTransfer target, UUID agentId) {
    this.source = new Pages(source, agentId);
    this.target = new Pages(target, agentId);
  }

  /**
   * One session in both stores.
   *
   * @param source null if the source does not have the session
   * @param target null if the target does not have the session
   */
  record Pair(@Nullable Session source, @Nullable Session target) {
    boolean isEqual() {
      return source != null && source.equals(target);
    }
  }

  /** The next pair; null at the end. */
  @Nullable Pair next() {
    Session inSource = source.peek();
    Session inTarget = target.peek();
    if (inSource == null && inTarget == null) {
      return null;
    }
    int order =
        inSource == null ? 1 : inTarget == null ? -1 : order(inSource.sessionId(), inTarget);
    return new Pair(order <= 0 ? source.take() : null, order >= 0 ? target.take() : null);
  }

  /** Compares ids as unsigned numbers. */
  private static int order(UUID sessionId, Session other) {
    return sessionId.toString().compareTo(other.sessionId().toString());
  }

  /** The sessions in one store: the current page, and the next one, which is being read. */
  private static final class Pages {
    private final StoreTransfer store;
    private final UUID agentId;
    private final ArrayDeque<Session> page = new ArrayDeque<>();
    private @Nullable CompletableFuture<List<Session>> next;

    Pages(StoreTransfer store, UUID agentId) {
      this.store = store;
      this.agentId = agentId;
      next = store.listSessions(agentId, null, PAGE);
    }

    @Nullable Session peek() {
      if (page.isEmpty() && next != null) {
        page.addAll(FutureResults.of(next));
        next =
            page.size() < PAGE
                ? null
                : store.listSessions(agentId, page.getLast().sessionId(), PAGE);
      }
      return page.peek();
    }

    Session take() {
      return page.remove();
    }
  }
}
