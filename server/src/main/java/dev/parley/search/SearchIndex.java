package dev.parley.search;

import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.Cancellation;
import dev.parley.storage.live.SessionId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An index over the text of the messages of active sessions. It is derived from the store and can
 * be rebuilt from it.
 *
 * <p>All methods but {@link #search} are called by one thread, and block. If the index cannot be
 * read or written, an index in files throws {@link SearchIndexException}, and an index in a
 * database throws what the store throws, such as {@link SessionException} {@code UNAVAILABLE}.
 */
public interface SearchIndex extends AutoCloseable {
  /** Adds messages that the index does not contain. */
  void add(List<IndexedMessage> messages);

  /** Removes a message. */
  void remove(SessionId session, long sequence);

  /** Removes all messages of a session. */
  void remove(SessionId session);

  /** Removes all messages of an agent's sessions. */
  void removeAgent(UUID agentId);

  /** Removes all messages. */
  void clear();

  /**
   * Makes all changes visible to searches.
   *
   * @param through all changes of the store up to this time are in the index
   */
  void publish(Instant through);

  /**
   * What the index contains of sessions, after the last {@link #publish}.
   *
   * @param sessions sessions of one agent
   * @return one result per session, in the same order
   */
  List<Coverage> coverage(List<Session> sessions);

  /**
   * Lists sessions of which the index contains messages, in an order of the index.
   *
   * @param after only sessions after this one; null to start at the first
   */
  List<SessionId> sessions(@Nullable SessionId after, int limit);

  /**
   * Whether the index has all changes up to a change number of the store, see {@link
   * dev.parley.storage.Store#changeNumber}.
   */
  boolean isComplete(long changeNumber);

  /**
   * Marks the index as complete up to a change number of the store, and makes it durable. The mark
   * is lost with the next change of the index.
   */
  void markComplete(long changeNumber);

  /** All changes of the store up to this time are visible. */
  Instant indexedThrough();

  /**
   * Searches. Fails with {@link SessionException} {@code OVERLOADED} if too many searches wait, and
   * {@code DEADLINE_EXCEEDED} if the search takes too long.
   */
  CompletableFuture<List<SearchHit>> search(SearchQuery query, Cancellation cancellation);

  /** Releases all resources. Blocks until running searches have ended. */
  @Override
  void close();

  /**
   * What an index contains of a session.
   *
   * @param count the number of messages
   * @param countOfUser the number of messages that are indexed under the user of the session
   * @param firstSequence the lowest sequence of its messages; 0 if there are none
   * @param lastSequence the greatest sequence of its messages; 0 if there are none
   */
  record Coverage(long count, long countOfUser, long firstSequence, long lastSequence) {
    /** The coverage of a session without messages in the index. */
    public static final Coverage NONE = new Coverage(0, 0, 0, 0);
  }
}
