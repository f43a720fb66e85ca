package dev.parley.core.page;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.storage.Store;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads the next messages of a list in one direction. Roles and deletions are not indexed, so a
 * list reads every message, up to a limit per call.
 */
final class MessageRead {
  /** The maximum number of messages that a call examines. */
  static final int EXAMINED_MAX = 10_000;

  /** The maximum size of the messages that a list of some roles examines per call, in bytes. */
  static final long EXAMINED_BYTES_MAX = 32L << 20;

  private static final int BATCH = 1_000;

  private final Store store;
  private final Caller caller;
  private final MessageListing listing;
  private final boolean newestFirst;
  private final int limit;
  private final long bytesMax;

  private final List<Message> found = new ArrayList<>();
  private long foundBytes;
  private int examined;
  private long examinedBytes;

  MessageRead(
      Store store,
      Caller caller,
      MessageListing listing,
      boolean newestFirst,
      int limit,
      long bytesMax) {
    this.store = store;
    this.caller = caller;
    this.listing = listing;
    this.newestFirst = newestFirst;
    this.limit = limit;
    this.bytesMax = bytesMax;
  }

  /**
   * What was read.
   *
   * @param session the session
   * @param messages the messages in the order in which they were read
   * @param more whether more messages may match
   * @param last the sequence of the last message that was examined
   */
  record Part(Session session, List<Message> messages, boolean more, long last) {
    /**
     * This part, or nothing of it if its first message alone exceeds {@code bytesMax}.
     *
     * @param after the sequence after which the part was read
     */
    Part within(long bytesMax, long after) {
      boolean fits = messages.isEmpty() || messages.get(0).bytes() <= bytesMax;
      return fits ? this : new Part(session, List.of(), true, after);
    }
  }

  /** Reads on after a sequence. */
  CompletableFuture<Part> after(long after) {
    // Most pages have no deleted messages, so that one read is enough. The reads after it are
    // large:
    // a list may end with many deleted messages, and reads in memory nest on the stack.
    boolean first = examined == 0 && !listing.filtersRoles();
    int batch = first ? limit : BATCH;
    long bytes = first ? bytesMax : Page.BYTES_MAX;
    return list(after, Math.min(batch, EXAMINED_MAX - examined), bytes)
        .thenCompose(page -> take(page, after));
  }

  private CompletableFuture<Part> take(MessagePage page, long after) {
    long last = after;
    boolean skipped = false;
    for (Message message : page.messages()) {
      if (found.size() == limit) {
        return completed(page, true, last);
      }
      if (includes(message)) {
        boolean full = foundBytes + message.bytes() > bytesMax && !found.isEmpty();
        if (full) {
          return completed(page, true, last);
        }
        found.add(message);
        foundBytes += message.bytes();
      } else {
        skipped = true;
      }
      examined++;
      examinedBytes += message.bytes();
      last = message.sequence();
    }
    boolean enough =
        found.size() == limit || examined >= EXAMINED_MAX || examinedBytes >= EXAMINED_BYTES_MAX;
    // A page from which nothing was skipped is as large as the limits allow.
    return page.more() && !enough && skipped ? after(last) : completed(page, page.more(), last);
  }

  private boolean includes(Message message) {
    return listing.roles().contains(message.draft().role())
        && (listing.showDeleted() || !message.isDeleted());
  }

  private CompletableFuture<Part> completed(MessagePage page, boolean more, long last) {
    return CompletableFuture.completedFuture(new Part(page.session(), found, more, last));
  }

  private CompletableFuture<MessagePage> list(long after, int count, long bytes) {
    @Nullable String runId = listing.runId();
    Set<String> runIds = runId == null ? null : Set.of(runId);
    MessageQuery query =
        new MessageQuery(
            listing.ref(),
            newestFirst,
            EnumSet.allOf(Role.class),
            runIds,
            true,
            after,
            count,
            bytes);
    return store
        .listMessages(query, caller.cancellation())
        .thenApply(found -> found.orElseThrow(Authorizer::unknownSession));
  }
}
