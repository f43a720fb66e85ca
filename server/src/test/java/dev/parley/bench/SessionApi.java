package dev.parley.bench;

import dev.parley.model.Session;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The calls that are measured, however they reach the store. */
interface SessionApi {
  /** The items of a page. */
  int PAGE_SIZE = 50;

  /** Appends one message of {@link ChatText#BYTES}. */
  CompletableFuture<?> append(Session session);

  CompletableFuture<?> get(Session session);

  /** The newest messages. */
  CompletableFuture<?> history(Session session);

  /** The sessions that were updated last. */
  CompletableFuture<?> firstPage(UUID agentId);

  /** The sessions that come after a place in that list. */
  CompletableFuture<?> pageAfter(UUID agentId, ListPosition place);
}
