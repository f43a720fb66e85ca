package dev.parley.model.lease;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The leases of a session. A lease stays until its run ends, even if it has expired.
 *
 * @param lastFence the fence of the newest lease that the session ever had, 0 for none
 * @param held the leases of runs that have not ended, by fence; at most {@link #MAX}
 */
public record Leases(long lastFence, List<Lease> held) {
  /** The maximum number of leases per session. */
  public static final int MAX = 16;

  /** The leases of a new session. */
  public static final Leases NONE = new Leases(0, List.of());

  public Leases {
    held = List.copyOf(held);
  }

  /** The lease of a run; null if it has none. */
  public @Nullable Lease of(String runId) {
    return held.stream().filter(lease -> lease.runId().equals(runId)).findFirst().orElse(null);
  }

  /** Whether a run has a lease with this fence that is not expired at {@code now}. */
  public boolean isLive(long fence, Instant now) {
    return held.stream().anyMatch(lease -> lease.fence() == fence && !lease.isExpired(now));
  }

  /** When the first of the leases expires; null if there are none. */
  public @Nullable Instant firstExpireTime() {
    return held.stream().map(Lease::expireTime).min(Instant::compareTo).orElse(null);
  }

  /** Returns these leases and a new one, which gets the next fence. */
  public Leases withNew(Lease lease) {
    List<Lease> all = new ArrayList<>(held);
    all.add(lease.withFence(lastFence + 1));
    return new Leases(lastFence + 1, all);
  }

  /** Returns these leases with another state of the run's lease; null if the run has none. */
  public Leases with(String runId, @Nullable Lease lease) {
    return new Leases(
        lastFence,
        held.stream()
            .map(each -> each.runId().equals(runId) ? lease : each)
            .filter(Objects::nonNull)
            .toList());
  }
}
