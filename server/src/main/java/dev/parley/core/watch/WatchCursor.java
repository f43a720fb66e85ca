package dev.parley.core.watch;

import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in a watch: everything before it was reported.
 *
 * @param changes whether {@code number} counts the changes of the store, as in a watch of several
 *     sessions; otherwise it counts the messages of one session
 * @param number the sequence of the last reported message, or the number of the last reported
 *     change
 * @param sequence if the change was reported in part: the sequence of the last reported message;
 *     otherwise 0
 * @param sessionId the one session; null in a watch of several, and if the caller only gave a
 *     sequence
 */
public record WatchCursor(boolean changes, long number, long sequence, @Nullable UUID sessionId) {
  private static final Pattern MESSAGE = Pattern.compile("s(\\d{1,18})(?:\\.([0-9a-f]{32}))?");
  private static final Pattern CHANGE =
      Pattern.compile("c(\\d{1,18})|c([1-9]\\d{0,17})\\.(\\d{1,18})");

  /** The place after a message of one session. */
  public static WatchCursor ofMessage(@Nullable UUID sessionId, long sequence) {
    return new WatchCursor(false, sequence, 0, sessionId);
  }

  /** The place after a change. */
  public static WatchCursor ofChange(long number) {
    return new WatchCursor(true, number, 0, null);
  }

  /** The place after a message of a change that is not reported completely. */
  public static WatchCursor withinChange(long number, long sequence) {
    return new WatchCursor(true, number, sequence, null);
  }

  /**
   * Reads a cursor that {@link #text} wrote.
   *
   * @param changes whether the watch is one of several sessions
   * @throws SessionException {@code INVALID_FIELD} if it is not one, or one of another kind
   */
  public static WatchCursor parse(String text, boolean changes) {
    Matcher message = MESSAGE.matcher(text);
    Matcher change = CHANGE.matcher(text);
    if (!message.matches() && !change.matches()) {
      throw invalid("must be the resume_token of a response");
    }
    if (message.matches()) {
      if (changes) {
        throw invalid("is that of a watch of one session, but this is a watch of several");
      }
      return ofMessage(uuid(message.group(2)), Long.parseLong(message.group(1)));
    }
    if (!changes) {
      throw invalid("is that of a watch of several sessions, but this is a watch of one");
    }
    return change.group(1) == null
        ? withinChange(Long.parseLong(change.group(2)), Long.parseLong(change.group(3)))
        : ofChange(Long.parseLong(change.group(1)));
  }

  static SessionException invalid(String why) {
    return SessionException.invalid(FieldViolation.format("resume_token", why));
  }

  private static @Nullable UUID uuid(@Nullable String hex) {
    return hex == null
        ? null
        : new UUID(
            Long.parseUnsignedLong(hex.substring(0, 16), 16),
            Long.parseUnsignedLong(hex.substring(16), 16));
  }

  /** The cursor as text, such as {@code s12.7d1f6f0e…}, {@code c345} or {@code c345.12}. */
  public String text() {
    if (changes) {
      return "c" + number + (sequence == 0 ? "" : "." + sequence);
    }
    return "s" + number + (sessionId == null ? "" : "." + sessionId.toString().replace("-", ""));
  }
}
