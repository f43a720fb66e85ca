package dev.parley.api.openai;

import dev.parley.api.call.Call;
import dev.parley.api.call.Transport;
import dev.parley.api.call.error.CallErrors;
import dev.parley.api.openai.item.ItemIds;
import dev.parley.api.openai.item.NewItem;
import dev.parley.api.openai.retry.Retry;
import dev.parley.auth.Authorizer;
import dev.parley.auth.Scope;
import dev.parley.core.Messages;
import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.SessionRef;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Replaces references to items by copies of the items. */
final class ItemReferences {
  private final ConversationAccess access;
  private final ItemFinder finder;

  ItemReferences(ConversationAccess access, ItemFinder finder) {
    this.access = access;
    this.finder = finder;
  }

  /** The references to one item. */
  private static final class Group {
    final NewItem first;
    int count;

    Group(NewItem first) {
      this.first = first;
    }
  }

  /**
   * Replaces references by copies of the items. Reads each item once, one after the other. Fails
   * with {@code SCOPE_MISSING} if the caller may not read items, with {@code MESSAGE_NOT_FOUND} for
   * an unknown item, and with {@code REQUEST_TOO_LARGE} if the items and the copies together are
   * larger than 32 MiB, or than 3 MiB over gRPC.
   *
   * @param ref the conversation whose items can be referenced by ids that clients chose; null if
   *     there is none
   */
  CompletableFuture<List<NewItem>> resolve(
      Call call, SessionRef.@Nullable ById ref, List<NewItem> items) {
    Map<String, Group> groups = new LinkedHashMap<>();
    long bytes = 0;
    for (NewItem item : items) {
      if (item.isReference()) {
        groups.computeIfAbsent(item.referenced(), id -> new Group(item)).count++;
      } else {
        bytes += item.bytes();
      }
    }
    if (groups.isEmpty()) {
      return CompletableFuture.completedFuture(items);
    }
    Authorizer.requireScope(call.principal(), Scope.AGENT_READ);
    Map<String, NewItem> copies = new HashMap<>();
    CompletableFuture<Long> total = CompletableFuture.completedFuture(bytes);
    for (Group group : groups.values()) {
      total =
          total.thenCompose(
              before ->
                  copy(call, ref, group.first)
                      .thenApply(
                          copy -> {
                            copies.put(group.first.referenced(), copy);
                            return requireFits(call, before + group.count * copy.bytes());
                          }));
    }
    return total.thenApply(
        done ->
            items.stream()
                .map(item -> item.isReference() ? copies.get(item.referenced()) : item)
                .toList());
  }

  private static long requireFits(Call call, long bytes) {
    long max =
        call.transport() == Transport.GRPC
            ? Messages.PAGE_BYTES_MAX
            : call.transport().answerBytesMax();
    if (bytes > max) {
      throw CallErrors.tooLarge(max);
    }
    return bytes;
  }

  /**
   * Returns a copy of the item that {@code reference} names: an item of the conversation, or else
   * the item of any conversation that the caller may see whose computed id it is.
   */
  private CompletableFuture<NewItem> copy(
      Call call, SessionRef.@Nullable ById ref, NewItem reference) {
    String id = reference.referenced();
    CompletableFuture<NewItem> found =
        ref == null
            ? elsewhere(call, id)
            : finder
                .find(call, ref, id)
                .thenApply(message -> copy(call, ref, message, message.sequence()))
                .exceptionallyCompose(
                    failure ->
                        Failures.reason(failure) == ErrorReason.MESSAGE_NOT_FOUND
                            ? elsewhere(call, id)
                            : CompletableFuture.failedFuture(failure));
    return found.exceptionallyCompose(
        failure ->
            Failures.reason(failure) == ErrorReason.MESSAGE_NOT_FOUND
                ? Failures.<NewItem>withParam(reference.requireField()).apply(failure)
                : CompletableFuture.failedFuture(failure));
  }

  private static NewItem copy(Call call, SessionRef.ById ref, Message message, long after) {
    return NewItem.copyOf(ref.sessionId(), message, Retry.of(call).by(), after);
  }

  private CompletableFuture<NewItem> elsewhere(Call call, String id) {
    ItemIds.Position position = ItemIds.position(id);
    return position == null
        ? CompletableFuture.failedFuture(ItemFinder.notFound(id))
        : access
            .ref(call, position.sessionId())
            .thenCompose(
                other ->
                    finder
                        .find(call, other, id)
                        .thenApply(message -> copy(call, other, message, 0)))
            .exceptionallyCompose(
                failure ->
                    CompletableFuture.failedFuture(
                        Failures.reason(failure) == ErrorReason.SESSION_NOT_FOUND
                            ? ItemFinder.notFound(id)
                            : failure));
  }
}
