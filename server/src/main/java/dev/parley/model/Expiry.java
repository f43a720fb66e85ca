package dev.parley.model;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * When a session expires. If both times are set, the earlier one applies.
 *
 * @param expireTime a fixed time, in microseconds; null for none
 * @param ttl the time from the session's last update, in microseconds; null for none
 * @param agentDefault whether the caller did not set an expiry, so that {@code ttl} is the agent's
 *     default at creation
 */
public record Expiry(@Nullable Instant expireTime, @Nullable Duration ttl, boolean agentDefault) {
  /** The shortest TTL. */
  public static final Duration TTL_MIN = Duration.ofMinutes(1);

  /** The longest TTL. */
  public static final Duration TTL_MAX = Duration.ofDays(3_650);

  /** The caller did not set an expiry. */
  public static final Expiry UNSET = new Expiry(null, null, true);

  /** The caller asked for no expiry. */
  public static final Expiry NEVER = new Expiry(null, null, false);

  public Expiry {
    expireTime = expireTime == null ? null : expireTime.truncatedTo(ChronoUnit.MICROS);
    ttl = ttl == null ? null : ttl.truncatedTo(ChronoUnit.MICROS);
    if (ttl != null && ttl.isZero()) {
      throw new IllegalArgumentException("A TTL must be positive.");
    }
    if (agentDefault && expireTime != null) {
      throw new IllegalArgumentException("An expire time cannot come from an agent default.");
    }
  }

  /** When a session with this update time expires; null for never. */
  @Nullable Instant effectiveExpireTime(Instant updateTime) {
    Instant idle = ttl == null ? null : updateTime.plus(ttl);
    if (expireTime == null || idle == null) {
      return expireTime == null ? idle : expireTime;
    }
    return expireTime.isBefore(idle) ? expireTime : idle;
  }
}
