package dev.parley.api.openai;

import dev.parley.api.call.Call;
import dev.parley.api.openai.item.NewItem;
import dev.parley.api.openai.retry.IdempotencyKey;
import dev.parley.core.Messages;
import dev.parley.core.append.AppendRequest;
import dev.parley.core.append.NewMessage;
import dev.parley.model.AppendResult;
import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.SessionRef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * Appends items of calls with an idempotency key. The message ids come from the key and the
 * position of the item, except for ids that the client chose. The metadata of each message names
 * the call and the number of its items. So the store recognizes a repeated call by its messages, in
 * the same write.
 */
final class KeyedAppender {
  private final Messages messages;

  KeyedAppender(Messages messages) {
    this.messages = messages;
  }

  /** The items of a call. */
  private record Request(Call call, SessionRef.ById ref, List<NewItem> items, IdempotencyKey key) {}

  /**
   * Appends items, or returns those that an earlier call stored. Fails with {@code
   * MESSAGE_ID_REUSED} if an earlier call with the key had other items, or if an item of it was
   * deleted since.
   */
  CompletableFuture<AppendResult> append(
      Call call, SessionRef.ById ref, List<NewItem> items, IdempotencyKey key) {
    List<NewItem> marked =
        IntStream.range(0, items.size())
            .mapToObj(i -> items.get(i).ofCall(key.call(i, items.size())))
            .toList();
    Request request = new Request(call, ref, marked, key);
    return TakenIds.find(messages, call, ref, marked)
        .thenCompose(taken -> append(request, ofOthers(taken, key)));
  }

  /** The ids of messages that other calls stored. */
  private static Set<String> ofOthers(TakenIds taken, IdempotencyKey key) {
    Set<String> others = new HashSet<>();
    taken
        .stored()
        .forEach(
            (id, message) -> {
              if (!key.isStored(message)) {
                others.add(id);
              }
            });
    return others;
  }

  /** Appends items. Those with an id in {@code taken} get another id. */
  private CompletableFuture<AppendResult> append(Request request, Set<String> taken) {
    List<NewMessage> drafts = new ArrayList<>(request.items.size());
    Set<String> used = new HashSet<>(taken);
    for (int i = 0; i < request.items.size(); i++) {
      NewItem item = request.items.get(i);
      String id = item.chosenId(request.ref.sessionId());
      drafts.add(
          id != null && used.add(id)
              ? item.withChosenId()
              : item.withoutChosenId(request.key.messageId(i)));
    }
    return messages
        .append(
            request.call.caller(),
            new AppendRequest(request.ref, false, OptionalLong.empty(), drafts))
        .exceptionallyCompose(
            failure -> {
              String id = TakenIds.reused(failure);
              int index =
                  IntStream.range(0, drafts.size())
                      .filter(i -> id != null && id.equals(drafts.get(i).messageId()))
                      .findFirst()
                      .orElse(-1);
              return id == null || index < 0
                  ? CompletableFuture.failedFuture(failure)
                  : reused(request, taken, index, id);
            });
  }

  /** Decides what to do about an id that is taken by another message, or by a deleted one. */
  private CompletableFuture<AppendResult> reused(
      Request request, Set<String> taken, int index, String id) {
    String own = request.key.messageId(index);
    if (id.equals(own)) {
      return find(request, id)
          .thenCompose(
              holder ->
                  CompletableFuture.failedFuture(
                      holder.isPresent() ? Failures.keyReused() : Failures.itemDeleted(index)));
    }
    Set<String> more = new HashSet<>(taken);
    more.add(id);
    return find(request, own)
        .thenCompose(
            stored ->
                stored.isPresent()
                    ? append(request, more)
                    : find(request, id)
                        .thenCompose(
                            holder -> {
                              if (holder.isEmpty()) {
                                throw Failures.itemDeleted(index);
                              }
                              if (request.key.isStored(holder.get())) {
                                throw Failures.keyReused();
                              }
                              return append(request, more);
                            }));
  }

  private CompletableFuture<Optional<Message>> find(Request request, String messageId) {
    return messages
        .get(request.call.caller(), request.ref, messageId)
        .thenApply(Optional::of)
        .exceptionallyCompose(
            failure ->
                Failures.reason(failure) == ErrorReason.MESSAGE_NOT_FOUND
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : CompletableFuture.failedFuture(failure));
  }
}
