package dev.parley.api.openai;

import dev.parley.api.call.Call;
import dev.parley.api.openai.item.ItemIds;
import dev.parley.api.openai.item.ItemMapper;
import dev.parley.core.Messages;
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
  private final Messages messages;

  ItemFinder(Messages messages) {
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
                Failures.reason(failure) == ErrorReason.MESSAGE_NOT_FOUND && ItemIds.isUsable(after)
                    ? ofDeleted(call, ref, after)
                    : CompletableFuture.failedFuture(failure))
        .exceptionallyCompose(Failures.withParam("after"));
  }

  private CompletableFuture<Long> ofDeleted(Call call, SessionRef.ById ref, String itemId) {
    ItemIds.Position position = ItemIds.position(itemId);
    long sequence =
        position != null && position.sessionId().equals(ref.sessionId()) ? position.sequence() : 0;
    boolean computed = sequence > 0;
    MessageStart start =
        computed ? new MessageStart.AtSequence(sequence) : new MessageStart.AtMessage(itemId);
    MessageListing listing =
        new MessageListing(ref, false, start, false, EnumSet.allOf(Role.class), null, true, 1);
    return messages
        .list(call.caller(), listing, new PageRequest(1, null))
        .thenApply(
            window -> {
              Message first = window.messages().isEmpty() ? null : window.messages().get(0);
              // If there is a gap, the session was cleared.
              boolean cleared = computed && first != null && first.sequence() > sequence;
              if (first == null || !(first.isDeleted() || cleared)) {
                throw notFound(itemId);
              }
              return cleared ? sequence : first.sequence();
            });
  }
}
