package dev.parley.campaign.load;

import java.util.SplittableRandom;

/**
 * The content of messages, made from the unique name of the message: a reader can tell from the
 * content alone which message it is, and whether it is complete. One message in ten is long.
 */
final class Contents {
  private static final int SHORT_CHARACTERS = 200;
  private static final int LONG_CHARACTERS = 20_000;
  private static final int ONE_IN = 10;

  private Contents() {}

  static String of(String item) {
    SplittableRandom random = new SplittableRandom(item.hashCode());
    int length = random.nextInt(random.nextInt(ONE_IN) == 0 ? LONG_CHARACTERS : SHORT_CHARACTERS);
    StringBuilder text = new StringBuilder(item).append(' ');
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  /** The name of the message, or a text that is no name if the content was changed. */
  static String item(String text) {
    String item = text.substring(0, Math.max(0, text.indexOf(' ')));
    return of(item).equals(text)
        ? item
        : "changed: " + text.substring(0, Math.min(text.length(), 60));
  }
}
