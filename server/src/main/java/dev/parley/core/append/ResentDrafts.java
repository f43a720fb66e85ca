package dev.parley.core.append;

import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Recognizes drafts whose JSON a client has written in another way than the first time, for example
 * with other white space or with 1 instead of 1.0.
 */
public final class ResentDrafts {
  /** The maximum size of the JSON that is compared for one append, in bytes. */
  private static final long COMPARED_BYTES_MAX = 32L << 20;

  private ResentDrafts() {}

  /**
   * Replaces each draft by the stored message with the same id, or by an earlier draft with the
   * same id. Empty if one of them has another value than its draft, or if too much JSON would have
   * to be compared.
   *
   * @param stored the stored messages by id
   */
  public static Optional<List<Message.Draft>> asStored(
      List<Message.Draft> drafts, Map<String, Message> stored) {
    Map<String, Message.Draft> known = new HashMap<>();
    stored.forEach((id, message) -> known.put(id, message.draft()));
    List<Message.Draft> replaced = new ArrayList<>(drafts.size());
    Set<Message.Draft> compared = new HashSet<>();
    long bytes = 0;
    for (Message.Draft draft : drafts) {
      Message.Draft first = known.putIfAbsent(draft.messageId(), draft);
      if (first != null && !first.equals(draft) && compared.add(draft)) {
        bytes += first.bytes() + draft.bytes();
        if (bytes > COMPARED_BYTES_MAX || !areEqual(first, draft)) {
          return Optional.empty();
        }
      }
      replaced.add(first == null ? draft : first);
    }
    return Optional.of(replaced);
  }

  private static boolean areEqual(Message.Draft one, Message.Draft other) {
    return one.role() == other.role()
        && Objects.equals(one.runId(), other.runId())
        && areEqual(one.content(), other.content())
        && JsonEquality.areEqual(one.metadata(), other.metadata());
  }

  private static boolean areEqual(Content one, Content other) {
    return one.isBlocks() && other.isBlocks()
        ? JsonEquality.areEqual(Json.ofUtf8(one.utf8()), Json.ofUtf8(other.utf8()))
        : one.equals(other);
  }
}
