package dev.parley.api.openai;

import dev.parley.api.call.Call;
import dev.parley.api.openai.item.ItemIds;
import dev.parley.api.openai.item.ItemMapper;
import dev.parley.core.Messages;
import dev.parley.core.Sessions;
import dev.parley.core.page.MessageListing;
import dev.parley.core.page.MessageStart;
import dev.parley.core.page.PageRequest;
import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;

/** Finds stored items by their ids. */
final class ItemFinder {
  private final Sessions sessions;
  private final Messages messages;

  ItemFinder(Sessions sessions, Messages messages) {
    this.sessions = sessions;
    this.messages = messages;
  }

  /** Returns the message of an item. Fails with {@code MESSAGE_NOT_FOUND}. */
  CompletableFuture<Message> find(Call call, SessionRef.ById ref, String itemId) {
    ItemIds.Position position = ItemIds.position(itemId);
    CompletableFuture<Message> found;
    if (position != null && position.sessionId().equals(ref.sessionId())) {
      found = messages.get(call.caller(), ref, position.sequence());
    } else if (ItemIds.isUsable(itemId)) {
      found = messages.get(call.caller(), ref, itemId);
    } else {
      return CompletableFuture.failedFuture(notFound(itemId));
    }
    return found.thenApply(
        message -> {
          if (!ItemMapper.id(ref.sessionId(), message).equals(itemId)) {
            throw notFound(itemId);
          }
          return message;
        });
  }

  static SessionException notFound(String itemId) {
    return SessionException.messageNotFound("item_id", itemId);
  }

  /**
   * Returns the sequence of the item that a page follows. The item can be deleted. Fails with
   * {@code MESSAGE_NOT_FOUND}.
   */
  CompletableFuture<Long> position(Call call, SessionRef.ById ref, String after) {
    return find(call, ref, after)
        .thenApply(Message::sequence)
        .exceptionallyCompose(
            failure ->
                Failures.reason(failure) == ErrorReason.MESSAGE_NOT_FOUND
                    ? deleted(call, ref, after)
                    : CompletableFuture.failedFuture(failure))
        .exceptionallyCompose(Failures.withParam("after"));
  }

  /**
   * Returns the sequence of a deleted item. Fails with {@code MESSAGE_NOT_FOUND} if the id is that
   * of no item, or of one that is not deleted.
   */
  CompletableFuture<Long> deleted(Call call, SessionRef.ById ref, String itemId) {
    ItemIds.Position position = ItemIds.position(itemId);
    if (position != null && position.sessionId().equals(ref.sessionId())) {
      return sessions
          .get(call.caller(), ref)
          .thenCompose(
              session ->
                  position.sequence() <= session.counts().clearedSequence()
                      ? CompletableFuture.completedFuture(position.sequence())
                      : deleted(
                          call, ref, new MessageStart.AtSequence(position.sequence()), itemId));
    }
    return ItemIds.isUsable(itemId)
        ? deleted(call, ref, new MessageStart.AtMessage(itemId), itemId)
        : CompletableFuture.failedFuture(notFound(itemId));
  }

  private CompletableFuture<Long> deleted(
      Call call, SessionRef.ById ref, MessageStart start, String itemId) {
    MessageListing listing =
        new MessageListing(ref, false, start, false, EnumSet.allOf(Role.class), null, true, 1);
    return messages
        .list(call.caller(), listing, new PageRequest(1, null))
        .thenApply(
            window -> {
              Message first = window.messages().isEmpty() ? null : window.messages().get(0);
              if (first == null
                  || !first.isDeleted()
                  || (start instanceof MessageStart.AtSequence at
                      && at.sequence() != first.sequence())) {
                throw notFound(itemId);
              }
              return first.sequence();
            });
  }
}
