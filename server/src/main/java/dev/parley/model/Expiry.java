package dev.parley.model;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * When a session is due to be deleted. Where both times are given, the earlier one counts.
 *
 * @param expireTime at this time, in microseconds; null: at no set one
 * @param ttl so long after its update time, in microseconds; null: however long that is ago
 * @param agentDefault whether its maker said nothing of it, so that {@code ttl} is what the agent's
 *     default was then
 */
public record Expiry(@Nullable Instant expireTime, @Nullable Duration ttl, boolean agentDefault) {
  /** The shortest ttl. */
  public static final Duration TTL_MIN = Duration.ofMinutes(1);

  /** The longest ttl. */
  public static final Duration TTL_MAX = Duration.ofDays(3_650);

  /** Nothing was said of it. */
  public static final Expiry UNSET = new Expiry(null, null, true);

  /** It was said that it is never due. */
  public static final Expiry NEVER = new Expiry(null, null, false);

  public Expiry {
    expireTime = expireTime == null ? null : expireTime.truncatedTo(ChronoUnit.MICROS);
    ttl = ttl == null ? null : ttl.truncatedTo(ChronoUnit.MICROS);
    if (ttl != null && ttl.isZero()) {
      throw new IllegalArgumentException("A ttl of nothing is none.");
    }
    if (agentDefault && expireTime != null) {
      throw new IllegalArgumentException("An agent has a default ttl only.");
    }
  }

  /** When a session that was updated at {@code updateTime} is due; null: never. */
  @Nullable Instant effectiveExpireTime(Instant updateTime) {
    Instant idle = ttl == null ? null : updateTime.plus(ttl);
    if (expireTime == null || idle == null) {
      return expireTime == null ? idle : expireTime;
    }
    return expireTime.isBefore(idle) ? expireTime : idle;
  }
}
