package dev.parley.core.lease;

import dev.parley.model.FieldViolation;
import dev.parley.model.Run;
import dev.parley.model.SessionException;
import dev.parley.model.lease.RunConcurrency;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The lease that a run gets when it starts.
 *
 * @param concurrency what happens to runs of the session that have a live lease
 * @param ttl how long the lease lasts unless it is renewed; null for no lease
 */
public record LeaseRequest(RunConcurrency concurrency, @Nullable Duration ttl) {
  /** The shortest time that a lease can last. */
  public static final Duration TTL_MIN = Duration.ofMillis(100);

  /** The longest time that a lease can last without renewal. */
  public static final Duration TTL_MAX = Duration.ofHours(1);

  /** No lease, beside any other runs. */
  public static final LeaseRequest NONE = new LeaseRequest(RunConcurrency.ALLOW, null);

  private static final String FIELD = "lease_ttl";

  /**
   * Fails with {@code INVALID_FIELD} unless a run in this state can start with this lease.
   *
   * @param state the initial state of the run
   */
  public void validate(Run.State state) {
    if (ttl != null) {
      requireTtl(FIELD, ttl);
      if (state.isFinal()) {
        throw SessionException.invalid(
            FieldViolation.format(FIELD, "must not be set if the run is " + state));
      }
    } else if (concurrency != RunConcurrency.ALLOW) {
      throw SessionException.invalid(
          FieldViolation.format(FIELD, "is required if concurrency is " + concurrency));
    }
  }

  /** Fails with {@code INVALID_FIELD} unless a lease can last this long. */
  public static void requireTtl(String field, Duration ttl) {
    if (ttl.compareTo(TTL_MIN) < 0 || ttl.compareTo(TTL_MAX) > 0) {
      throw SessionException.invalid(FieldViolation.format(field, "must be 0.1s to 3600s"));
    }
  }
}
