package dev.parley.bench;

import java.util.Random;

/** Text that compresses about as well as chat. Repeated letters would compress too well. */
final class ChatText {
  /** The size of the messages of 1 KiB in the workloads. */
  static final int BYTES = 1_024;

  private static final String[] WORDS =
      """
      the a my your our of for with and or but when while after before please could would should
      order invoice delivery address account password refund ticket meeting report summary table
      server release branch review budget flight hotel customer contract warranty battery screen
      check send change cancel confirm explain compare translate schedule update find write move
      today tomorrow Monday morning evening week month quickly again instead maybe already never
      """
          .strip()
          .split("\\s+");

  private final Random random;

  /** Creates a generator. It generates the same texts for the same seed. */
  ChatText(long seed) {
    random = new Random(seed);
  }

  /** Returns the next text: {@link #BYTES} letters and spaces. */
  String next() {
    StringBuilder text = new StringBuilder(BYTES + 16);
    while (text.length() < BYTES) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
    }
    text.setLength(BYTES);
    return text.toString();
  }
}
