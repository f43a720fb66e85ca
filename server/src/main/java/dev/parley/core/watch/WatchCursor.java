package dev.parley.core.watch;

import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a watch: everything before it was reported.
 *
 * @param changes whether {@code number} counts the changes of the store, as in a watch of several
 *     sessions; otherwise it counts the messages of one session
 * @param number the sequence of the last reported message, or the number of the last reported
 *     change
 * @param sequence if the change was reported in part: the sequence of the last reported message;
 *     otherwise 0
 */
public record WatchCursor(boolean changes, long number, long sequence) {
  private static final Pattern TEXT = Pattern.compile("([sc])(\\d{1,18})(?:\\.(\\d{1,18}))?");

  /** The place after a message of one session. */
  public static WatchCursor ofMessage(long sequence) {
    return new WatchCursor(false, sequence, 0);
  }

  /** The place after a change. */
  public static WatchCursor ofChange(long number) {
    return new WatchCursor(true, number, 0);
  }

  /** The place after a message of a change that has more messages. */
  static WatchCursor withinChange(long number, long sequence) {
    return new WatchCursor(true, number, sequence);
  }

  /**
   * Reads a cursor that {@link #text} wrote.
   *
   * @param changes whether the watch is one of several sessions
   * @throws SessionException {@code INVALID_FIELD} if it is not one, or one of another kind
   */
  public static WatchCursor parse(String text, boolean changes) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches() || (matcher.group(3) != null && !matcher.group(1).equals("c"))) {
      throw SessionException.invalid(
          FieldViolation.format("resume_token", "must be the resume_token of a response"));
    }
    if (matcher.group(1).equals("c") != changes) {
      throw SessionException.invalid(
          FieldViolation.format(
              "resume_token",
              changes
                  ? "is that of a watch of one session, but this is a watch of several"
                  : "is that of a watch of several sessions, but this is a watch of one"));
    }
    String sequence = matcher.group(3);
    return new WatchCursor(
        changes, Long.parseLong(matcher.group(2)), sequence == null ? 0 : Long.parseLong(sequence));
  }

  /** The cursor as text, such as {@code s12} or {@code c345.12}. */
  public String text() {
    return (changes ? "c" : "s") + number + (sequence == 0 ? "" : "." + sequence);
  }
}
