package dev.parley.storage.rules;

import java.util.HexFormat;

/**
 * Ids of messages that end with the sequence of their message, as 12 hexadecimal digits. Stores
 * find such a message by its sequence, so they need no index entry for its id. The ids that the
 * server makes are of this kind. An id that a caller chose can be of this kind by chance, or if it
 * was copied from another session.
 */
public final class MessageIds {
  private static final int DIGITS = 12;
  private static final long SEQUENCE_MAX = (1L << 4 * DIGITS) - 1;

  private MessageIds() {}

  /**
   * Makes the id of a new message.
   *
   * @param random a random UUID; the id differs from it in the last 12 digits
   */
  public static String withSequence(String random, long sequence) {
    if (sequence > SEQUENCE_MAX) {
      throw new IllegalArgumentException("The sequence is too large: " + sequence);
    }
    return random.substring(0, random.length() - DIGITS) + digits(sequence);
  }

  /** Whether the id ends with this sequence. */
  public static boolean endsWithSequence(String messageId, long sequence) {
    return sequence == sequenceOf(messageId);
  }

  /** The sequence with which the id ends; 0 if it ends with none. */
  public static long sequenceOf(String messageId) {
    int start = messageId.length() - DIGITS;
    if (start < 0 || !messageId.chars().skip(start).allMatch(HexFormat::isHexDigit)) {
      return 0;
    }
    long sequence = HexFormat.fromHexDigitsToLong(messageId, start, messageId.length());
    // Digits in upper case are not those of a sequence.
    return messageId.endsWith(digits(sequence)) ? sequence : 0;
  }

  private static String digits(long sequence) {
    return HexFormat.of().toHexDigits(sequence, DIGITS);
  }
}
