package dev.parley.campaign.history;

/**
 * When a call began and ended, in ticks of the clock of a {@link History}.
 *
 * @param end {@link #UNKNOWN} if the call got no clear answer: it may take effect at any time after
 *     its begin, or never
 */
public record Interval(long begin, long end) {
  /** The end of a call without a clear answer. */
  public static final long UNKNOWN = Long.MAX_VALUE;

  /** Before every call. */
  public static final Interval START = new Interval(0, 0);

  boolean endedBefore(Interval other) {
    return end < other.begin;
  }

  boolean beganBeforeEndOf(Interval other) {
    return begin < other.end;
  }
}
