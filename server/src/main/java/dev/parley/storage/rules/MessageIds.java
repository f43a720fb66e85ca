package dev.parley.storage.rules;

/**
 * Ids of messages that end with the sequence of their message, as 12 hexadecimal digits. Stores
 * find such a message by its sequence, so they need no index entry for its id. The ids that the
 * server makes are of this kind. An id that a caller chose can be of this kind by chance, or if it
 * was copied from another session.
 */
public final class MessageIds {
  private static final int DIGITS = 12;
  private static final int DIGIT_BITS = 4;
  private static final long SEQUENCE_MAX = (1L << DIGITS * DIGIT_BITS) - 1;

  private MessageIds() {}

  /**
   * Makes the id of a new message.
   *
   * @param random a random UUID; the id differs from it in the last 12 digits
   */
  public static String withSequence(String random, long sequence) {
    return random.substring(0, random.length() - DIGITS) + digits(sequence);
  }

  /** Whether the id ends with this sequence. */
  public static boolean hasSequence(String messageId, long sequence) {
    return sequence == sequenceOf(messageId);
  }

  /** The sequence with which the id ends; 0 if it ends with none. */
  public static long sequenceOf(String messageId) {
    int start = messageId.length() - DIGITS;
    if (start < 0) {
      return 0;
    }
    long sequence = 0;
    for (int i = start; i < messageId.length(); i++) {
      char c = messageId.charAt(i);
      int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
      if (digit < 0) {
        return 0;
      }
      sequence = sequence << DIGIT_BITS | digit;
    }
    return sequence;
  }

  private static String digits(long sequence) {
    if (sequence > SEQUENCE_MAX) {
      throw new IllegalArgumentException("The sequence is too large: " + sequence);
    }
    String hex = Long.toHexString(sequence);
    return "0".repeat(DIGITS - hex.length()) + hex;
  }
}
