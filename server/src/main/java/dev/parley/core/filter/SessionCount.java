package dev.parley.core.filter;

/**
 * A number of sessions.
 *
 * @param count the number, at most {@link #MAX}
 * @param more whether there are more than {@link #MAX}
 */
public record SessionCount(int count, boolean more) {
  /** The greatest number that is counted exactly. */
  public static final int MAX = 10_000;

  /** The count of {@code found} sessions. */
  static SessionCount of(int found) {
    return new SessionCount(Math.min(found, MAX), found > MAX);
  }
}
