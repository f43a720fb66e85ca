package dev.parley.core.webhook;

import java.time.Duration;

/**
 * When a request is repeated, and when a webhook is turned off.
 *
 * @param pauseMin the pause after the first failure; it doubles with each further one
 * @param pauseMax the longest of these pauses
 * @param failingMax how long a receiver may accept nothing before its webhook is turned off
 * @param keepMax in a pause that is not shorter, events are not kept in memory
 */
public record RetryRules(
    Duration pauseMin, Duration pauseMax, Duration failingMax, Duration keepMax) {
  /** The rules of servers. */
  public static final RetryRules DEFAULT =
      new RetryRules(
          Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofDays(3), Duration.ofSeconds(10));

  /** The most requests for an event that the receiver rejects while it accepts others. */
  static final int ATTEMPTS_MAX = 5;

  /** The most failed deliveries of a webhook. When it has so many, it is turned off. */
  static final int FAILED_DELIVERIES_MAX = 1_000;

  /** The longest pause that a receiver can ask for. */
  private static final Duration RETRY_AFTER_MAX = Duration.ofHours(1);

  private static final int DOUBLINGS_MAX = 20;

  /** The pause after a number of failures in sequence. */
  Duration pause(int failures) {
    Duration pause = pauseMin.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
    return pause.compareTo(pauseMax) < 0 ? pause : pauseMax;
  }

  /** The pause after an answer, which can ask for a longer one. */
  Duration pause(int failures, WebhookSender.Answer answer) {
    Duration pause = pause(failures);
    Duration asked = answer.retryAfter();
    if (asked == null || asked.compareTo(pause) <= 0) {
      return pause;
    }
    return asked.compareTo(RETRY_AFTER_MAX) < 0 ? asked : RETRY_AFTER_MAX;
  }
}
