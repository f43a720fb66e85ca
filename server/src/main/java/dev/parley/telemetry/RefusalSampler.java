package dev.parley.telemetry;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Set;

/**
 * Limits the traces of refused calls to 10 a second, so that a client that sends many of them does
 * not displace the traces of served calls. A call is refused if it ends before an API looks at it:
 * because of its credential, a rate limit, too many calls in flight, or an unknown path. Metrics
 * count all of them.
 */
final class RefusalSampler {
  private static final int TRACES_PER_SECOND_MAX = 10;

  private static final Set<String> REFUSALS =
      Set.of(
          "CREDENTIAL_MISSING",
          "CREDENTIAL_INVALID",
          "RATE_LIMITED",
          "OVERLOADED",
          "ROUTE_NOT_FOUND",
          "METHOD_NOT_ALLOWED");

  private final Bucket traces;

  /** Creates a sampler with the given clock. */
  RefusalSampler(TimeMeter clock) {
    traces =
        Bucket.builder()
            .addLimit(
                limit ->
                    limit
                        .capacity(TRACES_PER_SECOND_MAX)
                        .refillGreedy(TRACES_PER_SECOND_MAX, Duration.ofSeconds(1)))
            .withCustomTimePrecision(clock)
            .build();
  }

  /** Whether a call with this outcome is traced. */
  boolean isTraced(String outcome) {
    return !REFUSALS.contains(outcome) || traces.tryConsume(1);
  }
}
