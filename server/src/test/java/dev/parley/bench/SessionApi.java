package dev.parley.bench;

import dev.parley.model.Session;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The measured calls, independent of the transport. */
interface SessionApi {
  /** The page size. */
  int PAGE_SIZE = 50;

  /** Appends one message of {@link ChatText#BYTES}. */
  CompletableFuture<?> append(Session session);

  CompletableFuture<?> get(Session session);

  /** The newest messages. */
  CompletableFuture<?> history(Session session);

  /** The most recently updated sessions. */
  CompletableFuture<?> firstPage(UUID agentId);

  /** The sessions after a position in that list. */
  CompletableFuture<?> pageAfter(UUID agentId, ListPosition place);
}
