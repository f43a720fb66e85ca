package dev.parley.campaign.history;

/** One contradiction between a history and the rules of a session. */
public record Violation(Kind kind, String session, String text) {

  /** What was violated. */
  public enum Kind {
    /** A sequence is missing between others. */
    GAP,
    /** A message has two sequences, or a sequence has two messages. */
    DOUBLE,
    /** A message that was acknowledged or read is not there at the end. */
    LOST,
    /** Messages are in another order than their calls, or not at the acknowledged sequence. */
    REORDERED,
    /** A read does not show what was acknowledged before the read began. */
    STALE_READ,
    /** A read does not show what an earlier read showed. */
    BACKWARDS,
    /** A message has other content than its client sent. */
    CHANGED,
    /** A message was refused, or was sent after the read that shows it. */
    PHANTOM,
    /** An append of several messages is there in part. */
    PARTIAL_APPEND,
    /** A session, label, run or deleted message is in a state that no call explains. */
    WRONG_STATE
  }

  @Override
  public String toString() {
    return "%s in session %s: %s".formatted(kind, session, text);
  }
}
