package dev.parley.core.page;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.Store;
import dev.parley.storage.query.MessageLookup;
import dev.parley.storage.query.MessagePage;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Finds the sequence at which a list of messages starts. */
final class MessageStartLookup {
  private final Store store;
  private final Caller caller;
  private final MessageListing listing;

  MessageStartLookup(Store store, Caller caller, MessageListing listing) {
    this.store = store;
    this.caller = caller;
    this.listing = listing;
  }

  CompletableFuture<Long> sequence(MessageStart start) {
    if (start instanceof MessageStart.AtMessage at) {
      return ofMessage(at.messageId());
    }
    return start instanceof MessageStart.AtTime at
        ? ofTime(at.time())
        : CompletableFuture.completedFuture(((MessageStart.AtSequence) start).sequence());
  }

  private CompletableFuture<Long> ofMessage(String messageId) {
    return find(Set.of(messageId), Set.of())
        .thenApply(
            page -> {
              if (page.messages().isEmpty()) {
                throw SessionException.messageNotFound("message_id", messageId);
              }
              return page.messages().get(0).sequence();
            });
  }

  /** Searches by bisection, because times never decrease with the sequence. */
  private CompletableFuture<Long> ofTime(Instant time) {
    return store
        .findSession(listing.ref(), caller.cancellation())
        .thenCompose(
            found -> {
              Session.Counts counts = found.orElseThrow(Authorizer::unknownSession).counts();
              return firstAfter(time, counts.clearedSequence() + 1, counts.headSequence() + 1);
            })
        .thenApply(first -> listing.newestFirst() ? first - 1 : first);
  }

  /**
   * The first sequence of a message at or after the time; in descending order, after the time.
   *
   * @param from the lowest possible result
   * @param to the highest possible result
   */
  private CompletableFuture<Long> firstAfter(Instant time, long from, long to) {
    if (from == to) {
      return CompletableFuture.completedFuture(from);
    }
    long middle = (from + to) >>> 1;
    return find(Set.of(), Set.of(middle))
        .thenCompose(
            page -> {
              if (page.messages().isEmpty()) {
                // The session was cleared in the meantime.
                return firstAfter(time, middle + 1, to);
              }
              Instant stored = page.messages().get(0).createTime();
              boolean before =
                  listing.newestFirst() ? !stored.isAfter(time) : stored.isBefore(time);
              return before ? firstAfter(time, middle + 1, to) : firstAfter(time, from, middle);
            });
  }

  private CompletableFuture<MessagePage> find(Set<String> messageIds, Set<Long> sequences) {
    return store
        .findMessages(
            new MessageLookup(listing.ref(), messageIds, sequences, 1), caller.cancellation())
        .thenApply(found -> found.orElseThrow(Authorizer::unknownSession));
  }
}
