package dev.parley.model.lease;

import java.time.Instant;

/**
 * The right of a runtime to work on a run until a time.
 *
 * @param fence the number of the lease, greater than those of all earlier leases of the session; 0
 *     if the store has not assigned it yet
 * @param runId the run
 * @param expireTime when the lease expires unless it is renewed, in microseconds
 */
public record Lease(long fence, String runId, Instant expireTime) {

  /** Creates a lease without a fence. */
  public static Lease create(String runId, Instant expireTime) {
    return new Lease(0, runId, expireTime);
  }

  /** Whether the lease is expired at {@code now}. */
  public boolean isExpired(Instant now) {
    return !expireTime.isAfter(now);
  }

  /** Returns this lease with another fence. */
  public Lease withFence(long fence) {
    return new Lease(fence, runId, expireTime);
  }

  /** Returns this lease with another expire time. */
  public Lease withExpireTime(Instant expireTime) {
    return new Lease(fence, runId, expireTime);
  }
}
