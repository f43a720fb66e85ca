package dev.parley.api.openai;

import dev.parley.api.call.Call;
import dev.parley.api.call.error.CallErrors;
import dev.parley.api.openai.item.NewItem;
import dev.parley.core.Messages;
import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The ids that clients chose for items and that messages of the conversation have.
 *
 * @param stored the messages with these ids
 * @param unread other ids that are or may be taken, for example by deleted messages
 */
record TakenIds(Map<String, Message> stored, Set<String> unread) {

  /** Looks up the ids that the items of a request have. */
  static CompletableFuture<TakenIds> find(
      Messages messages, Call call, SessionRef.ById ref, List<NewItem> items) {
    List<String> chosen = new ArrayList<>();
    for (NewItem item : items) {
      String id = item.chosenId(ref.sessionId());
      if (id != null) {
        chosen.add(id);
      }
    }
    if (chosen.isEmpty()) {
      return CompletableFuture.completedFuture(new TakenIds(Map.of(), Set.of()));
    }
    return messages
        .get(call.caller(), ref, chosen)
        .thenApply(
            found -> {
              Map<String, Message> stored = new HashMap<>();
              found.items().forEach(message -> stored.put(message.draft().messageId(), message));
              return new TakenIds(stored, Set.copyOf(found.remaining()));
            });
  }

  TakenIds with(String id) {
    Set<String> more = new HashSet<>(unread);
    more.add(id);
    return new TakenIds(stored, more);
  }

  /** The id that the store has for another message, or had for a deleted one; null if none. */
  static @Nullable String reused(Throwable thrown) {
    return CallErrors.peel(thrown) instanceof SessionException failure
            && failure.reason() == ErrorReason.MESSAGE_ID_REUSED
        ? failure.metadata().get("message_id")
        : null;
  }
}
