package dev.parley.api.call.limit;

/**
 * The limits that all calls share.
 *
 * @param calls how many calls may be in flight
 * @param bytes how many bytes request bodies and answers may hold in memory
 * @param failedLogins how often an address may fail to authenticate
 * @param limitedApis calls per minute over the APIs that are limited by default
 * @param otherApis calls per minute over all other APIs
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
