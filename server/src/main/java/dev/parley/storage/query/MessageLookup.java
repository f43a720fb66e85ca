package dev.parley.storage.query;

import dev.parley.model.Message;
import dev.parley.model.SessionRef;
import java.util.Set;

/**
 * The parameters of a lookup of single messages. The result includes deleted messages.
 *
 * @param ref the session
 * @param messageIds messages with these ids
 * @param sequences messages at these sequences
 * @param bytesMax the result ends before the message that makes its total {@link Message#bytes}
 *     exceed this limit; the first message is always included
 */
public record MessageLookup(
    SessionRef.ById ref, Set<String> messageIds, Set<Long> sequences, long bytesMax) {

  /** Whether the message is looked up, by its id or its sequence. */
  public boolean includes(Message message) {
    return sequences.contains(message.sequence())
        || messageIds.contains(message.draft().messageId());
  }
}
