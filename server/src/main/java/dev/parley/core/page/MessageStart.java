package dev.parley.core.page;

import java.time.Instant;

/** Where a list of messages starts. */
public sealed interface MessageStart {
  /** At a sequence, at least 1. */
  record AtSequence(long sequence) implements MessageStart {}

  /**
   * At a time: in ascending order the first message that was stored at or after it, in descending
   * order the last message that was stored at or before it.
   */
  record AtTime(Instant time) implements MessageStart {}

  /** At the message with an id. */
  record AtMessage(String messageId) implements MessageStart {}
}
