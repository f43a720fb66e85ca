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
 * Reads the next messages of a list in one direction. No index has the roles of messages, so a list
 * of some roles examines all messages, up to a limit per call.
 */
final class MessageRead {
  /** The maximum number of messages that a list of some roles examines. */
  static final int EXAMINED_MAX = 10_000;

  /** The maximum size of the messages that a list of some roles examines, in bytes. */
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
    return listing.filtersRoles() ? examine(after) : direct(after);
  }

  private CompletableFuture<Part> direct(long after) {
    return list(listing.roles(), after, limit, bytesMax)
        .thenApply(page -> part(page, page.messages(), page.more(), after));
  }

  private static Part part(MessagePage page, List<Message> messages, boolean more, long after) {
    long last = messages.isEmpty() ? after : messages.get(messages.size() - 1).sequence();
    return new Part(page.session(), messages, more, last);
  }

  private CompletableFuture<Part> examine(long after) {
    int batch = Math.min(BATCH, EXAMINED_MAX - examined);
    return list(EnumSet.allOf(Role.class), after, batch, Page.BYTES_MAX)
        .thenCompose(page -> examine(page, after));
  }

  private CompletableFuture<Part> examine(MessagePage page, long after) {
    long last = after;
    for (Message message : page.messages()) {
      if (found.size() == limit) {
        return CompletableFuture.completedFuture(new Part(page.session(), found, true, last));
      }
      if (listing.roles().contains(message.draft().role())) {
        boolean full = foundBytes + message.bytes() > bytesMax && !found.isEmpty();
        if (full) {
          return CompletableFuture.completedFuture(new Part(page.session(), found, true, last));
        }
        found.add(message);
        foundBytes += message.bytes();
      }
      examined++;
      examinedBytes += message.bytes();
      last = message.sequence();
    }
    boolean enough =
        found.size() == limit || examined >= EXAMINED_MAX || examinedBytes >= EXAMINED_BYTES_MAX;
    return page.more() && !enough
        ? examine(last)
        : CompletableFuture.completedFuture(new Part(page.session(), found, page.more(), last));
  }

  private CompletableFuture<MessagePage> list(Set<Role> roles, long after, int count, long bytes) {
    @Nullable String runId = listing.runId();
    Set<String> runIds = runId == null ? null : Set.of(runId);
    MessageQuery query =
        new MessageQuery(listing.ref(), newestFirst, roles, runIds, after, count, bytes);
    return store
        .listMessages(query, caller.cancellation())
        .thenApply(found -> found.orElseThrow(Authorizer::unknownSession));
  }
}
