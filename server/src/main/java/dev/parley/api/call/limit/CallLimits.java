package dev.parley.api.call.limit;

/**
 * Limits of all calls together.
 *
 * @param calls limits the number of calls in flight
 * @param bytes limits the memory for request bodies and responses, in bytes
 * @param failedLogins limits the failed authentications of an address
 * @param limitedApis limits calls per minute of the APIs that are limited by default
 * @param otherApis limits calls per minute of all other APIs
 */
public record CallLimits(
    FairLimit calls,
    FairLimit bytes,
    FailedLogins failedLogins,
    RateLimits limitedApis,
    RateLimits otherApis) {

  /** The calls per minute over an API that is or is not limited by default. */
  public RateLimits rates(boolean limitedByDefault) {
    return limitedByDefault ? limitedApis : otherApis;
  }
}
