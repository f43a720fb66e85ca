package dev.parley.api.call.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.model.SessionException;
import io.github.bucket4j.Bucket;
import java.net.InetAddress;
import java.util.OptionalInt;

/**
 * Limits the failed authentications of an address. Over the limit, further failures get {@code
 * RATE_LIMITED}. Valid credentials from the same address, for example behind the same proxy, are
 * not affected.
 */
public final class FailedLogins {
  private static final int ADDRESSES_MAX = 100_000;

  private final OptionalInt failuresPerMinute;
  private final Cache<Object, Bucket> failures =
      Caffeine.newBuilder().maximumSize(ADDRESSES_MAX).expireAfterAccess(RateLimits.MINUTE).build();

  /**
   * Creates a limit.
   *
   * @param failuresPerMinute at least 1; empty for no limit
   */
  public FailedLogins(OptionalInt failuresPerMinute) {
    this.failuresPerMinute = failuresPerMinute;
  }

  /**
   * Counts a failed authentication.
   *
   * @throws SessionException {@code RATE_LIMITED} if the address exceeds the limit
   */
  public void count(InetAddress address) {
    if (failuresPerMinute.isPresent()) {
      int max = failuresPerMinute.getAsInt();
      RateLimits.consume(
          failures.get(RateLimits.network(address), unused -> RateLimits.newBucket(max)));
    }
  }
}
