package dev.parley.api.call.limit;

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
 * Limits the calls per minute of an address and of a key. The minute starts with the first call.
 * Rejected calls do not count. The root key is never limited.
 */
public final class RateLimits {
  static final Duration MINUTE = Duration.ofMinutes(1);

  /**
   * The maximum number of remembered callers. Over it, the callers that were idle longest are
   * removed.
   */
  static final int CALLERS_MAX = 100_000;

  private final OptionalInt callsPerMinute;
  private final Cache<Object, Bucket> buckets =
      Caffeine.newBuilder().maximumSize(CALLERS_MAX).expireAfterAccess(MINUTE).build();

  /**
   * Creates a limit.
   *
   * @param callsPerMinute at least 1; empty for no limit
   */
  public RateLimits(OptionalInt callsPerMinute) {
    this.callsPerMinute = callsPerMinute;
  }

  /**
   * Counts a call. Fails with {@code RATE_LIMITED} if the limit is exceeded.
   *
   * @param address the client address; for IPv6, only the first 64 bits count, because clients can
   *     choose the others
   * @param token the credential, valid or not; null for none
   * @param caller the authenticated caller; null if the credential is not valid
   */
  public void count(InetAddress address, @Nullable String token, @Nullable Principal caller) {
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

  static Object network(InetAddress address) {
    byte[] bytes = address.getAddress();
    return ByteBuffer.wrap(bytes, 0, address instanceof Inet6Address ? bytes.length / 2 : 4);
  }

  /** All tokens of a user count as one caller, because issuers issue many of them. */
  private static Object holder(String token, Principal caller) {
    return caller instanceof Principal.User ? caller.identity() : hash(token);
  }

  static Sha256 hash(String token) {
    return Sha256.of(token.getBytes(UTF_8));
  }

  /** The number of remembered callers. */
  long callers() {
    buckets.cleanUp();
    return buckets.estimatedSize();
  }

  private Bucket bucket(Object caller) {
    return buckets.get(caller, unused -> newBucket(callsPerMinute.orElseThrow()));
  }

  static Bucket newBucket(int callsPerMinute) {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(callsPerMinute).refillIntervally(callsPerMinute, MINUTE))
        .build();
  }

  static void consume(Bucket bucket) {
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      long seconds =
          TimeUnit.NANOSECONDS.toSeconds(
              probe.getNanosToWaitForRefill() + TimeUnit.SECONDS.toNanos(1) - 1);
      throw new SessionException(
          ErrorReason.RATE_LIMITED,
          "Too many calls. Retry in " + seconds + (seconds == 1 ? " second." : " seconds."),
          Map.of("retry_seconds", Long.toString(seconds)));
    }
  }
}
