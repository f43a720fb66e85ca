package dev.parley.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.auth.Principal;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.model.Sha256;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How many calls a minute an address and a key may make. A minute begins with the first call, calls
 * that are refused do not count, and root is never limited.
 */
public final class RateLimits {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** More callers than this at once push out the longest idle, whose minute begins anew. */
  static final int CALLERS_MAX = 100_000;

  private final OptionalInt callsPerMinute;
  private final Cache<Object, Bucket> buckets =
      Caffeine.newBuilder().maximumSize(CALLERS_MAX).expireAfterAccess(MINUTE).build();

  /**
   * Limits callers.
   *
   * @param callsPerMinute at least 1; empty for no limit
   */
  public RateLimits(OptionalInt callsPerMinute) {
    this.callsPerMinute = callsPerMinute;
  }

  /**
   * Counts a call, or refuses it with {@code RATE_LIMITED}.
   *
   * @param address where it comes from; of IPv6 the first half, as the second is for its holder to
   *     choose
   * @param token the credential, good or bad; null for none
   * @param caller who calls; null if the credential is no good
   */
  void count(InetAddress address, @Nullable String token, @Nullable Principal caller) {
    if (callsPerMinute.isEmpty() || caller instanceof Principal.Root) {
      return;
    }
    Bucket ofAddress = bucket(network(address));
    consume(ofAddress);
    if (caller != null && token != null) {
      try {
        consume(bucket(holder(token, caller)));
      } catch (SessionException e) {
        ofAddress.addTokens(1);
        throw e;
      }
    }
  }

  private static Object network(InetAddress address) {
    byte[] bytes = address.getAddress();
    return ByteBuffer.wrap(bytes, 0, address instanceof Inet6Address ? bytes.length / 2 : 4);
  }

  /** A user's tokens are one: they are many, and each may be spelled in several ways. */
  private static Object holder(String token, Principal caller) {
    return caller instanceof Principal.User ? caller.identity() : Sha256.of(token.getBytes(UTF_8));
  }

  /** How many callers it remembers. */
  long callers() {
    buckets.cleanUp();
    return buckets.estimatedSize();
  }

  private Bucket bucket(Object caller) {
    return buckets.get(caller, unused -> newBucket(callsPerMinute.orElseThrow()));
  }

  private static Bucket newBucket(int callsPerMinute) {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(callsPerMinute).refillIntervally(callsPerMinute, MINUTE))
        .build();
  }

  private static void consume(Bucket bucket) {
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      long seconds =
          TimeUnit.NANOSECONDS.toSeconds(
              probe.getNanosToWaitForRefill() + TimeUnit.SECONDS.toNanos(1) - 1);
      throw new SessionException(
          ErrorReason.RATE_LIMITED,
          "Too many calls: try again in " + seconds + " seconds.",
          Map.of("retry_seconds", Long.toString(seconds)));
    }
  }
}
